package chainrule.simd;

import chainrule.backend.Buffer;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of every kernel, chosen once: the widest the CPU has, or what the system property {@code
 * chainrule.simd.bits} (512, 256 or 128) says. Being {@code static final} it is a constant to the compiler.
 *
 * <p>Kernels call the JDK's own {@code fromArray}, {@code zero} and {@code broadcast}, which C2 always inlines. A shorthand of
 * ours it stops inlining when a method has grown to a certain size, and each vector that passes through it then becomes an
 * object: a tile with a bias took 268 ns instead of 166 (bench/NOTES.md).
 */
final class Lanes {
    static final VectorSpecies<Float> FLOATS = species(Integer.getInteger("chainrule.simd.bits"));

    /** Floats in one vector: 16, 8 or 4. */
    static final int LANES = FLOATS.length();

    /** Columns of a tile: two vectors. */
    static final int WIDE = 2 * LANES;

    /** Rows of a tile. */
    static final int ROWS = 8;

    /**
     * Numbers of undefined contents behind every buffer. Kernels work on whole vectors and whole tiles and may read this
     * far past the end, which is simpler and faster than masks.
     */
    static final int PADDING = Buffer.SLACK;

    private Lanes() {}

    private static VectorSpecies<Float> species(Integer bits) {
        return bits == null
                ? FloatVector.SPECIES_PREFERRED
                : VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }

    /** What a result is added to: the numbers there, or zeros where they are to be overwritten. */
    static FloatVector before(boolean accumulate, float[] x, int at) {
        return accumulate ? FloatVector.fromArray(FLOATS, x, at) : FloatVector.zero(FLOATS);
    }

    /** The least multiple of {@code of} that is at least n. */
    static int roundUp(int n, int of) {
        return Math.ceilDiv(n, of) * of;
    }
}

package chainrule.simd;

import chainrule.backend.HostArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of every kernel, chosen once: the widest the CPU has, or the value of the system property {@code
 * chainrule.simd.bits} (512, 256 or 128). Being {@code static final}, it is a constant to the compiler.
 *
 * <p>Kernels call {@code fromArray}, {@code zero} and {@code broadcast} of the JDK directly, because C2 always inlines
 * them. C2 stops inlining a wrapper method once its caller has grown to a certain size, and each vector that passes
 * through the wrapper then becomes an object: a tile with a bias took 268 ns instead of 166 (bench/NOTES.md).
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
     * True on x86 without AVX-512, where a CPU has sixteen vector registers. The sixteen sums of a tile would be in memory at
     * times: there a tile is computed in two halves of four rows, with the same bits.
     */
    static final boolean SIXTEEN_REGISTERS =
            FloatVector.SPECIES_PREFERRED.length() < 16 && System.getProperty("os.arch").matches("amd64|x86_64");

    /**
     * Elements of undefined contents after the end of each buffer. Kernels work on whole vectors and whole tiles and
     * may read this far past the end, which is simpler and faster than masks.
     */
    static final int PADDING = HostArray.PADDING;

    private Lanes() {}

    private static VectorSpecies<Float> species(Integer bits) {
        return bits == null
                ? FloatVector.SPECIES_PREFERRED
                : VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }

    /** The vector that a result is added to: the present elements, or zeros if they are to be overwritten. */
    static FloatVector before(boolean accumulate, float[] x, int at) {
        return accumulate ? FloatVector.fromArray(FLOATS, x, at) : FloatVector.zero(FLOATS);
    }

    /** The least multiple of {@code of} that is at least n. */
    static int roundUp(int n, int of) {
        return Math.ceilDiv(n, of) * of;
    }
}

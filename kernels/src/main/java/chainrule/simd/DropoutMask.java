package chainrule.simd;

import chainrule.backend.Philox;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Philox} in vectors, with the same bits: each 64-bit lane encrypts one block, with a 32-bit word of its state
 * in each of four vectors. Lanes are longs because the cipher needs all 64 bits of a product of words; the upper halves
 * stay zero.
 */
final class DropoutMask {
    private static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, Lanes.FLOATS.vectorShape());

    /** Blocks encrypted at once, four random numbers each: the lanes of a vector of longs. */
    static final int BLOCKS = LONGS.length();

    private static final VectorShuffle<Long> ZIP_LOW = VectorShuffle.makeZip(LONGS, 0);
    private static final VectorShuffle<Long> ZIP_HIGH = VectorShuffle.makeZip(LONGS, 1);
    private static final LongVector WORD = LongVector.broadcast(LONGS, 0xFFFFFFFFL);
    private static final LongVector MULTIPLIER_0 = LongVector.broadcast(LONGS, 0xD2511F53L);
    private static final LongVector MULTIPLIER_1 = LongVector.broadcast(LONGS, 0xCD9E8D57L);
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;

    private DropoutMask() {}

    /**
     * Blocks from … to − 1, a multiple of {@link #BLOCKS}, of the mask: kept where the uniform number is ≥ rate, else
     * 0.
     */
    static void fill(long key, float rate, float kept, float[] mask, int from, int to) {
        // uniform = (word >>> 8)·2⁻²⁴ ≥ rate, in integers: rate·2²⁴ has no rounding
        long threshold = (long) Math.ceil(rate * 0x1p24);
        long keptBits = Integer.toUnsignedLong(Float.floatToRawIntBits(kept));
        for (int block = from; block < to; block += BLOCKS) {
            LongVector counter = LongVector.broadcast(LONGS, block).addIndex(1);
            LongVector c0 = counter.and(WORD);
            LongVector c1 = counter.lanewise(VectorOperators.LSHR, 32);
            LongVector c2 = LongVector.zero(LONGS);
            LongVector c3 = c2;
            int k0 = (int) key;
            int k1 = (int) (key >>> 32);
            for (int round = 0; round < 10; round++) {
                LongVector p0 = c0.mul(MULTIPLIER_0);
                LongVector p1 = c2.mul(MULTIPLIER_1);
                c0 =
                        p1.lanewise(VectorOperators.LSHR, 32)
                                .lanewise(VectorOperators.XOR, c1)
                                .lanewise(VectorOperators.XOR, Integer.toUnsignedLong(k0));
                c1 = p1.and(WORD);
                c2 =
                        p0.lanewise(VectorOperators.LSHR, 32)
                                .lanewise(VectorOperators.XOR, c3)
                                .lanewise(VectorOperators.XOR, Integer.toUnsignedLong(k1));
                c3 = p0.and(WORD);
                k0 += WEYL_0;
                k1 += WEYL_1;
            }
            LongVector first = pair(c0, c1, threshold, keptBits);
            LongVector second = pair(c2, c3, threshold, keptBits);
            first.rearrange(ZIP_LOW, second).reinterpretAsFloats().intoArray(mask, 4 * block);
            first.rearrange(ZIP_HIGH, second).reinterpretAsFloats().intoArray(mask, 4 * block + Lanes.LANES);
        }
    }

    /** Two words of each block as two neighboring floats. */
    private static LongVector pair(LongVector even, LongVector odd, long threshold, long keptBits) {
        return number(even, threshold, keptBits)
                .or(number(odd, threshold, keptBits).lanewise(VectorOperators.LSHL, 32));
    }

    private static LongVector number(LongVector word, long threshold, long keptBits) {
        return LongVector.broadcast(LONGS, keptBits)
                .blend(0, word.lanewise(VectorOperators.LSHR, 8).compare(VectorOperators.LT, threshold));
    }
}

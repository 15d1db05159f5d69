package chainrule.backend;

/**
 * Philox 4x32-10, a counter-based random number generator: number {@code i} of a stream is a pure function of the key
 * and {@code i}. Nothing is kept between calls, so random numbers do not depend on the number of threads, on the order
 * of evaluation or on the device, and a resumed run needs no saved generator state.
 *
 * <p>Each call encrypts a 128-bit counter in ten rounds; a round multiplies two of the four 32-bit words by constants
 * and mixes high and low halves with the key.
 *
 * @see <a href="https://doi.org/10.1145/2063384.2063405">Salmon et al., "Parallel random numbers: as easy as 1, 2,
 *     3", 2011</a>
 */
public final class Philox {
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;

    private Philox() {}

    /** The 32-bit word number {@code index} of the stream {@code key}: word {@code index mod 4} of one block. */
    public static int word(long key, long index) {
        int[] block = new int[4];
        block(key, index >>> 2, block);
        return block[(int) (index & 3)];
    }

    /** Writes the four words of block number {@code counter} of the stream {@code key}. */
    public static void block(long key, long counter, int[] into) {
        int c0 = (int) counter;
        int c1 = (int) (counter >>> 32);
        int c2 = 0;
        int c3 = 0;
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        for (int round = 0; round < 10; round++) {
            long p0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(c0);
            long p1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(c2);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        into[0] = c0;
        into[1] = c1;
        into[2] = c2;
        into[3] = c3;
    }

    /** A word as a number in [0, 1), a multiple of 2⁻²⁴, so that float and double backends agree to the bit. */
    public static float uniform(int word) {
        return (word >>> 8) * 0x1p-24f;
    }
}

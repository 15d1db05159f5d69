package chainrule.tensor;

import chainrule.backend.Philox;

/**
 * Random numbers as a function of (seed, stream name, index): no state, so results do not depend on threads, on call order or
 * on other draws, and a run resumed from a checkpoint needs only its position.
 */
public final class RandomStream {
    private final long key;

    private RandomStream(long key) {
        this.key = key;
    }

    /** The stream of a seed and a purpose: {@code RandomStream.of(7, "shuffle")}. */
    public static RandomStream of(long seed, String purpose) {
        return new RandomStream(seed).child(purpose);
    }

    /** An independent stream within this one, such as one per layer. */
    public RandomStream child(String purpose) {
        long hash = 0xcbf29ce484222325L; // FNV-1a
        for (int i = 0; i < purpose.length(); i++) {
            hash = (hash ^ purpose.charAt(i)) * 0x100000001b3L;
        }
        return child(hash);
    }

    /** An independent stream within this one, such as one per epoch or step. */
    public RandomStream child(long number) {
        return new RandomStream(mix(key + mix(number ^ 0x9E3779B97F4A7C15L)));
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The key with which backends draw from this stream themselves, as for dropout masks. */
    public long key() {
        return key;
    }

    /** Number {@code index} of the stream, uniform in [0, 1) with 53 random bits. */
    public double uniform(long index) {
        long high = Integer.toUnsignedLong(Philox.word(key, 2 * index)) << 21;
        long low = Integer.toUnsignedLong(Philox.word(key, 2 * index + 1)) >>> 11;
        return (high | low) * 0x1p-53;
    }

    /** Number {@code index} of the stream, normal with mean 0 and deviation 1 (Box and Muller 1958). */
    public double gaussian(long index) {
        double radius = Math.sqrt(-2 * Math.log(1 - uniform(2 * index)));
        return radius * Math.cos(2 * Math.PI * uniform(2 * index + 1));
    }

    /** Number {@code index} of the stream, uniform in 0 … bound − 1. */
    public int below(int bound, long index) {
        return (int) (uniform(index) * bound);
    }

    /** A permutation of 0 … n − 1, each equally likely (Fisher and Yates). */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = below(i + 1, i);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}

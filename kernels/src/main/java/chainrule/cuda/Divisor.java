package chainrule.cuda;

import java.nio.ByteBuffer;

/**
 * Division by a divisor known before a launch, as one multiplication: n/d = n·m / 2^shift, with m = ⌈2^shift/d⌉ and 2^shift
 * = 2³¹·2^⌈log₂d⌉. Exact for 0 ≤ n &lt; 2³¹: m is at most 2^shift/d + 1, so the product is too large by at most n/2^shift,
 * which is less than 1/d.
 *
 * @see <a href="https://doi.org/10.1145/178243.178249">Granlund and Montgomery, "Division by invariant integers using
 *     multiplication", 1994</a>
 */
record Divisor(int divisor, int multiplier, int shift) {
    static Divisor of(int divisor) {
        int shift = 31 + (divisor == 1 ? 0 : 32 - Integer.numberOfLeadingZeros(divisor - 1));
        long multiplier = Math.ceilDiv(1L << shift, divisor);
        return new Divisor(divisor, (int) multiplier, shift);
    }

    /** As the kernels compute it. */
    int quotient(int n) {
        return (int) (n * Integer.toUnsignedLong(multiplier) >>> shift);
    }

    void put(ByteBuffer into) {
        into.putInt(divisor).putInt(multiplier).putInt(shift);
    }
}

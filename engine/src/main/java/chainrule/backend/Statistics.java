package chainrule.backend;

/**
 * A summary of many elements, accumulated in double: gradients of deep sigmoid nets are near 1e-27, and their squares
 * underflow in float.
 *
 * @param count the number of elements
 * @param min smallest finite value, +∞ if there is none
 * @param max largest finite value, −∞ if there is none
 * @param sum Σ x over the finite values
 * @param sumAbs Σ |x| over the finite values
 * @param sumSquares Σ x² over the finite values
 * @param zeros how many are exactly zero
 * @param nonFinite how many are NaN or infinite
 */
public record Statistics(
        long count, double min, double max, double sum, double sumAbs, double sumSquares, long zeros, long nonFinite) {

    /** Of no elements: the neutral element of {@link #plus}. */
    public static final Statistics EMPTY =
            new Statistics(0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 0, 0, 0, 0);

    /** Of one element. */
    public static Statistics of(double x) {
        return Double.isFinite(x)
                ? new Statistics(1, x, x, x, Math.abs(x), x * x, x == 0 ? 1 : 0, 0)
                : new Statistics(1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 0, 0, 0, 1);
    }

    /** The summary of both sets of elements together. */
    public Statistics plus(Statistics other) {
        return new Statistics(
                count + other.count,
                Math.min(min, other.min),
                Math.max(max, other.max),
                sum + other.sum,
                sumAbs + other.sumAbs,
                sumSquares + other.sumSquares,
                zeros + other.zeros,
                nonFinite + other.nonFinite);
    }

    /** max |x|; NaN if no value is finite. */
    public double maxAbs() {
        return finite() == 0 ? Double.NaN : Math.max(Math.abs(min), Math.abs(max));
    }

    /** mean |x| over the finite values. */
    public double meanAbs() {
        return sumAbs / finite();
    }

    /** mean x over the finite values. */
    public double mean() {
        return sum / finite();
    }

    /** √Σx². */
    public double l2() {
        return Math.sqrt(sumSquares);
    }

    /** Share of exact zeros, 0 to 1. */
    public double zeroShare() {
        return (double) zeros / count;
    }

    private long finite() {
        return count - nonFinite;
    }
}

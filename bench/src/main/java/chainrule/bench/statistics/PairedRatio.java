package chainrule.bench.statistics;

import org.apache.commons.math3.distribution.TDistribution;

import java.util.Arrays;

/**
 * How many times as fast as the base something is, from the times of the same rounds.
 *
 * <p>With d = log(base/other) of a round, the ratio is exp(mean d). Its 95 % interval is exp(mean d ± t · s/√n) with the
 * standard deviation s of d over the n rounds and the quantile t of Student's distribution with n − 1 degrees of freedom.
 * Whatever slows a whole round, such as another program, cancels in d.
 *
 * @param ratio 2 means half the time of the base; NaN without rounds
 * @param low lower end of the interval; 0 with fewer than two rounds
 * @param high upper end of the interval; infinite with fewer than two rounds
 * @param pValue the probability of so large a difference, or a larger one, if the true ratio were 1; 1 with fewer than two
 *     rounds
 * @param rounds the number n
 */
public record PairedRatio(double ratio, double low, double high, double pValue, int rounds) {
    /** The probability that the interval covers the true ratio. */
    public static final double CONFIDENCE = 0.95;

    /**
     * Compares two series of times.
     *
     * @param base times of the base, one a round
     * @param other times of the other in the same rounds
     * @throws IllegalArgumentException if the lengths differ or a time is not positive and finite
     */
    public static PairedRatio of(double[] base, double[] other) {
        if (base.length != other.length) {
            throw new IllegalArgumentException(
                    base.length + " times of the base but " + other.length + " of the other: they must be pairs");
        }
        double[] logs = new double[base.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = Math.log(positive(base[i]) / positive(other[i]));
        }
        return ofLogs(logs);
    }

    /** The geometric mean of the ratios of the rounds, with its interval. */
    public static PairedRatio ofRatios(double[] ratios) {
        return ofLogs(Arrays.stream(ratios).map(ratio -> Math.log(positive(ratio))).toArray());
    }

    /** The rate 1/exp(mean log time) with its interval, of times that have no partner: calls per second. */
    public static PairedRatio rate(double[] times) {
        double[] ones = new double[times.length];
        Arrays.fill(ones, 1);
        return of(ones, times);
    }

    private static PairedRatio ofLogs(double[] logs) {
        int n = logs.length;
        double mean = Arrays.stream(logs).average().orElse(Double.NaN);
        if (n < 2) {
            return new PairedRatio(Math.exp(mean), 0, Double.POSITIVE_INFINITY, 1, n);
        }
        double error = Math.sqrt(Arrays.stream(logs).map(d -> (d - mean) * (d - mean)).sum() / (n - 1) / n);
        TDistribution student = new TDistribution(null, n - 1);
        double margin = error * student.inverseCumulativeProbability((1 + CONFIDENCE) / 2);
        double p = mean == 0 ? 1 : error == 0 ? 0 : 2 * student.cumulativeProbability(-Math.abs(mean) / error);
        return new PairedRatio(Math.exp(mean), Math.exp(mean - margin), Math.exp(mean + margin), p, n);
    }

    private static double positive(double time) {
        if (!(time > 0) || Double.isInfinite(time)) {
            throw new IllegalArgumentException("a time of " + time + ", expected a positive number");
        }
        return time;
    }

    /** True if the interval has two finite ends: from two rounds on. */
    public boolean bounded() {
        return rounds >= 2;
    }

    /** This ratio as the other side sees it: 1/ratio. */
    public PairedRatio inverse() {
        return new PairedRatio(1 / ratio, 1 / high, 1 / low, pValue, rounds);
    }
}

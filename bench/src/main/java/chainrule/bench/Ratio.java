package chainrule.bench;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

import java.util.Arrays;
import java.util.Locale;

/**
 * How many times as long one measurement takes as another: the ratio of the geometric means of their forks, with Welch's 95 %
 * interval on the logarithms. A fork is the unit: the windows of one share their JVM's luck.
 *
 * <pre>
 *   log ratio = mean(log b) − mean(log a);   interval: ± t · √(var(log a)/|a| + var(log b)/|b|)
 * </pre>
 *
 * @param value the ratio
 * @param low lower end of the interval; NaN with too few forks
 * @param high upper end of the interval; NaN with too few forks
 * @param pValue probability of a difference at least this large between equal programs; NaN with too few forks
 */
record Ratio(double value, double low, double high, double pValue) {
    private static final double CONFIDENCE = 0.95;

    /** The ratio b / a. */
    static Ratio of(double[] a, double[] b) {
        double[] x = Arrays.stream(a).map(Math::log).toArray();
        double[] y = Arrays.stream(b).map(Math::log).toArray();
        double difference = StatUtils.mean(y) - StatUtils.mean(x);
        if (x.length < 2 || y.length < 2) {
            return new Ratio(Math.exp(difference), Double.NaN, Double.NaN, Double.NaN);
        }
        double u = StatUtils.variance(x) / x.length;
        double v = StatUtils.variance(y) / y.length;
        double error = Math.sqrt(u + v);
        if (error == 0) {
            double same = Math.exp(difference);
            return new Ratio(same, same, same, difference == 0 ? 1 : 0);
        }
        double freedom = (u + v) * (u + v) / (u * u / (x.length - 1) + v * v / (y.length - 1));
        TDistribution t = new TDistribution(freedom);
        double half = t.inverseCumulativeProbability((1 + CONFIDENCE) / 2) * error;
        double p = 2 * t.cumulativeProbability(-Math.abs(difference) / error);
        return new Ratio(Math.exp(difference), Math.exp(difference - half), Math.exp(difference + half), p);
    }

    /** False if one side has fewer than two forks. */
    boolean known() {
        return !Double.isNaN(low);
    }

    /** True if the interval does not contain 1. */
    boolean differs() {
        return known() && (low > 1 || high < 1);
    }

    /** "0.97 – 1.02", or "too few forks". */
    String interval() {
        return known() ? String.format(Locale.ROOT, "%.3f – %.3f", low, high) : "too few forks";
    }
}

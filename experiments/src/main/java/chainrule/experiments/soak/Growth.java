package chainrule.experiments.soak;

import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.apache.commons.math3.stat.regression.SimpleRegression;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Whether a quantity grew during a soak. The first quarter counts for nothing: that is when classes are loaded and code
 * is compiled. Medians, because a sample may fall on a moment of commotion.
 *
 * @param second median over the second quarter of the time
 * @param last median over the last quarter
 * @param perHour slope of the line that fits the last three quarters best, per hour; NaN for fewer than two samples
 */
record Growth(double second, double last, double perHour) {
    /** By how many per cent the last quarter may exceed the second. */
    static final int ALLOWED_PER_CENT = 5;

    /** The same as a fraction. */
    static final double ALLOWED = ALLOWED_PER_CENT / 100.0;

    static Growth of(List<MemorySample> samples, ToDoubleFunction<MemorySample> quantity) {
        double end = samples.getLast().seconds();
        SimpleRegression line = new SimpleRegression();
        samples.stream()
                .filter(s -> s.seconds() >= end / 4)
                .forEach(s -> line.addData(s.seconds() / 3600, quantity.applyAsDouble(s)));
        return new Growth(
                median(samples, quantity, end / 4, end / 2),
                median(samples, quantity, 3 * end / 4, end),
                line.getSlope());
    }

    private static double median(
            List<MemorySample> samples, ToDoubleFunction<MemorySample> quantity, double from, double to) {
        return new Median()
                .evaluate(
                        samples.stream()
                                .filter(s -> s.seconds() >= from && s.seconds() <= to)
                                .mapToDouble(quantity)
                                .toArray());
    }

    /** What the last quarter has more than the second, as a share of it. */
    double share() {
        return last / second - 1;
    }

    /** A quantity that this system does not tell is not flat: nothing is known of it. */
    boolean flat() {
        return share() <= ALLOWED;
    }
}

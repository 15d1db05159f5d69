package chainrule.experiments.soak;

import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.apache.commons.math3.stat.regression.SimpleRegression;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The growth of a quantity during a soak. The first quarter is ignored, because Java loads classes and compiles code
 * then. Medians reduce the influence of single samples.
 *
 * @param second median over the second quarter
 * @param last median over the last quarter
 * @param perHour slope of the regression line over the last three quarters, per hour; NaN for fewer than two samples
 */
record Growth(double second, double last, double perHour) {
    /** The percentage by which the last quarter may exceed the second. */
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

    /** The growth from the second quarter to the last, as a fraction of the second. */
    double relative() {
        return last / second - 1;
    }

    /** True if the growth is at most {@link #ALLOWED}; false if the quantity is unknown on this system. */
    boolean flat() {
        return relative() <= ALLOWED;
    }
}

package chainrule.experiments.report.figure;

import java.util.stream.DoubleStream;

/**
 * Positions on a logarithmic axis that also has a position for zero: the foot, below the least positive value.
 *
 * @param foot position of zeros, as a decimal exponent
 * @param low lower end of the axis, as a decimal exponent
 * @param high upper end of the axis
 * @param zeros true if there are zeros
 */
record LogScale(double foot, double low, double high, boolean zeros) {
    static LogScale of(DoubleStream values, double[] range) {
        double[] v = values.toArray();
        double[] exponents =
                DoubleStream.concat(DoubleStream.of(v), DoubleStream.of(range))
                        .filter(x -> x > 0 && Double.isFinite(x))
                        .map(Math::log10)
                        .toArray();
        boolean zeros = DoubleStream.of(v).anyMatch(x -> x == 0);
        double least = DoubleStream.of(exponents).min().orElse(-1);
        double most = DoubleStream.of(exponents).max().orElse(0);
        double margin = Math.max(0.05, 0.06 * (most - least));
        double foot = zeros ? Math.floor(least - 2 * margin) : Double.NaN;
        return new LogScale(foot, (zeros ? foot : least) - margin, most + margin, zeros);
    }

    /**
     * The position of a value: its exponent, the foot for zero, NaN for negative values and those that are not finite.
     */
    double place(double value) {
        if (value == 0) {
            return foot;
        }
        return value > 0 && Double.isFinite(value) ? Math.log10(value) : Double.NaN;
    }
}

package chainrule.experiments.dense;

import chainrule.layer.Activation;

import java.util.stream.IntStream;

/** Extremes of the derivatives of activation functions, found by a sweep. */
final class Slope {
    private static final int POINTS = 40_001;
    private static final double REACH = 20;

    private Slope() {}

    /** f′(v). */
    static double at(Activation activation, double v) {
        double y = activation.function().value(v, activation.slope());
        return activation.function().derivative(v, y, activation.slope());
    }

    /** The largest f′. */
    static double greatest(Activation activation) {
        return IntStream.range(0, POINTS).mapToDouble(i -> at(activation, place(i))).max().orElseThrow();
    }

    /** The smallest f′ in the sweep, close to its limit far from the origin. */
    static double least(Activation activation) {
        return IntStream.range(0, POINTS).mapToDouble(i -> at(activation, place(i))).min().orElseThrow();
    }

    private static double place(int i) {
        return REACH * (2.0 * i / (POINTS - 1) - 1);
    }
}

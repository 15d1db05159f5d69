package chainrule.backend;

import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;

/** The elementwise functions once more, independently of the engine: values, derivatives and ranges to compare with. */
final class ElementwiseOracle {
    private ElementwiseOracle() {}

    /** f at x, in an algebra that also computes the derivative. */
    static DerivativeStructure differentiated(Elementwise f, double slope, double at) {
        DerivativeStructure x = new DerivativeStructure(1, 1, 0, at);
        return switch (f) {
            case IDENTITY -> x;
            case RELU -> at > 0 ? x : x.multiply(0);
            case LEAKY_RELU -> at > 0 ? x : x.multiply(slope);
            case TANH -> x.tanh();
            case SIGMOID -> x.negate().exp().add(1).reciprocal();
            case LECUN -> x.multiply(2.0 / 3).tanh().multiply(1.7159).add(x.multiply(0.01));
            case GELU -> x.multiply(x.compose(below(at), density(at)));
        };
    }

    /** Over [−40, 40]: the lowest and highest value, the flattest and steepest slope. */
    static double[] ranges(Elementwise f, double slope) {
        return switch (f) {
            case IDENTITY -> new double[] {-40, 40, 1, 1};
            case RELU -> new double[] {0, 40, 0, 1};
            case LEAKY_RELU -> new double[] {-4, 40, slope, 1};
            case TANH -> new double[] {-1, 1, 0, 1};
            case SIGMOID -> new double[] {0, 1, 0, 0.25};
            case LECUN -> new double[] {-2.1159, 2.1159, 0.01, 1.7159 * 2 / 3 + 0.01};
            // the lowest point where Φ(x) = −x·φ(x), the extreme slopes at ±√2: 1 − Φ(√2) − √2·φ(√2)
            case GELU -> new double[] {-0.169971, 40, -0.128904, 1.128904};
        };
    }

    /** f(x), as a plain formula. */
    static double value(Elementwise f, double slope, double x) {
        return switch (f) {
            case IDENTITY -> x;
            case RELU -> x > 0 || Double.isNaN(x) ? x : 0;
            case LEAKY_RELU -> x > 0 ? x : slope * x;
            case TANH -> Math.tanh(x);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case LECUN -> 1.7159 * Math.tanh(2 * x / 3) + 0.01 * x;
            case GELU -> x == Double.NEGATIVE_INFINITY ? 0 : x * below(x);
        };
    }

    /** dy f′(x), as a plain formula. */
    static double gradient(Elementwise f, double slope, double x, double dy) {
        return switch (f) {
            case IDENTITY -> dy;
            case RELU -> x > 0 || Double.isNaN(x) ? dy : 0;
            case LEAKY_RELU -> x > 0 ? dy : slope * dy;
            case TANH -> dy * (1 - Math.pow(Math.tanh(x), 2));
            case SIGMOID -> dy * value(f, slope, x) * (1 - value(f, slope, x));
            case LECUN -> dy * (1.7159 * 2 / 3 * (1 - Math.pow(Math.tanh(2 * x / 3), 2)) + 0.01);
            case GELU ->
                    dy * (below(x) + (Double.isInfinite(x) ? 0 : x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)));
        };
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** Φ(x), the normal distribution, by the continued series of Marsaglia (2004); 0 or 1 far out. */
    private static double below(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        if (Math.abs(x) > 8) {
            return x < 0 ? 0 : 1;
        }
        double sum = x;
        double term = x;
        for (int i = 3; Math.abs(term) > 1e-18 * Math.abs(sum); i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }
}

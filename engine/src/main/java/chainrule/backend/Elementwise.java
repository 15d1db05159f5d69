package chainrule.backend;

import org.apache.commons.math3.special.Erf;

import java.util.Locale;

/**
 * The elementwise functions, each with value, derivative, formula and ranges side by side. Every backend provides them
 * all; the reference backend runs this very table.
 *
 * <p>The derivative is given the input x and the output y = f(x), whichever makes it simpler. The constant a is the
 * slope of {@link #LEAKY_RELU} and is ignored by the others.
 */
public enum Elementwise {
    /** f(x) = x. */
    IDENTITY("x", "1", "(−∞, ∞)", "{1}") {
        @Override
        public double value(double x, double a) {
            return x;
        }

        @Override
        public double derivative(double x, double y, double a) {
            return 1;
        }
    },
    /**
     * Rectified linear unit; its derivative at 0, where none exists, is taken as 0. Its gradient is a choice and not a
     * product: where x ≤ 0 nothing passes, not even NaN or ∞; elsewhere dy passes as it is, also where x is NaN.
     */
    RELU("max(0, x)", "1 if x > 0, else 0", "[0, ∞)", "{0, 1}") {
        @Override
        public double value(double x, double a) {
            return Math.max(x, 0); // unlike a comparison, keeps NaN a NaN
        }

        @Override
        public double derivative(double x, double y, double a) {
            return x <= 0 ? 0 : 1;
        }

        @Override
        public double gradient(double x, double y, double dy, double a) {
            return x <= 0 ? 0 : dy;
        }
    },
    /** ReLU that keeps a small slope a below zero (Maas et al. 2013). */
    LEAKY_RELU("x if x > 0, else a * x", "1 if x > 0, else a", "(−∞, ∞)", "{a, 1}") {
        @Override
        public double value(double x, double a) {
            return x > 0 ? x : a * x;
        }

        @Override
        public double derivative(double x, double y, double a) {
            return x > 0 ? 1 : a;
        }
    },
    /** Hyperbolic tangent. */
    TANH("tanh(x)", "1 − y²", "(−1, 1)", "(0, 1]") {
        @Override
        public double value(double x, double a) {
            return Math.tanh(x);
        }

        @Override
        public double derivative(double x, double y, double a) {
            return 1 - y * y;
        }
    },
    /** Logistic sigmoid. */
    SIGMOID("1/(1 + exp(−x))", "y(1 − y)", "(0, 1)", "(0, 0.25]") {
        @Override
        public double value(double x, double a) {
            return 1 / (1 + Math.exp(-x));
        }

        @Override
        public double derivative(double x, double y, double a) {
            return y * (1 - y);
        }
    },
    /** LeCun's scaled tanh with a small linear term that keeps the derivative above 0.01 (LeCun et al. 1998, §4.4). */
    LECUN(
            "1.7159 tanh(2x/3) + 0.01x",
            "1.7159 * 2/3 * (1 − tanh²(2x/3)) + 0.01",
            "(−∞, ∞)",
            "(0.01, 1.7159 * 2/3 + 0.01 ≈ 1.1539]") {
        @Override
        public double value(double x, double a) {
            return 1.7159 * Math.tanh(2 * x / 3) + 0.01 * x;
        }

        @Override
        public double derivative(double x, double y, double a) {
            double t = Math.tanh(2 * x / 3);
            return 1.7159 * 2 / 3 * (1 - t * t) + 0.01;
        }
    },
    /**
     * Gaussian error linear unit (Hendrycks and Gimpel 2016): x times the probability Φ(x) that a normal variable is
     * below x, by the error function, not its tanh approximation. φ is the normal density, Φ′ = φ.
     */
    GELU("x Φ(x) = ½x * (1 + erf(x/√2))", "Φ(x) + x φ(x)", "[≈ −0.16997, ∞)", "[≈ −0.12890, ≈ 1.12890]") {
        @Override
        public double value(double x, double a) {
            double finite = Math.max(x, -GELU_LIMIT);
            return finite * Erf.erfc(-finite / Math.sqrt(2)) / 2;
        }

        @Override
        public double derivative(double x, double y, double a) {
            double finite = Math.clamp(x, -GELU_LIMIT, GELU_LIMIT);
            return Erf.erfc(-finite / Math.sqrt(2)) / 2 + finite * Math.exp(-finite * finite / 2) / ROOT_TWO_PI;
        }
    };

    /** Beyond it 1 − Φ and φ are 0 in double, and infinity times 0 would be NaN. */
    private static final double GELU_LIMIT = 40;

    private static final double ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', ' ');
    private final String formula;
    private final String derivativeFormula;
    private final String range;
    private final String derivativeRange;

    Elementwise(String formula, String derivativeFormula, String range, String derivativeRange) {
        this.formula = formula;
        this.derivativeFormula = derivativeFormula;
        this.range = range;
        this.derivativeRange = derivativeRange;
    }

    /** y = f(x). */
    public abstract double value(double x, double a);

    /** f′(x), given y = f(x). */
    public abstract double derivative(double x, double y, double a);

    /** dy·f′(x), given y = f(x): what passes back. A NaN in dy or in f′ passes as NaN, unless the function says otherwise. */
    public double gradient(double x, double y, double dy, double a) {
        return dy * derivative(x, y, a);
    }

    /** Its name, for people: "leaky relu". */
    public String label() {
        return label;
    }

    /** The function in x, for people. */
    public String formula() {
        return formula;
    }

    /** Its derivative in x and y = f(x), for people. */
    public String derivativeFormula() {
        return derivativeFormula;
    }

    /** The set of its values. */
    public String range() {
        return range;
    }

    /** The set of its derivative's values. */
    public String derivativeRange() {
        return derivativeRange;
    }
}

package chainrule.backend.ejml;

import chainrule.backend.Elementwise;

/**
 * The table of {@link Elementwise} in float, one loop per function so that each is compiled, and where possible
 * vectorized, separately.
 */
final class EjmlFunctions {
    /** From here on 1 − Φ is 0 in float, and so is x times it; infinity times 0 would be NaN. */
    private static final float GELU_LIMIT = 20;

    private static final float ONE_OVER_ROOT_TWO_PI = 0.3989423f;

    private EjmlFunctions() {}

    /** y = f(x), over from … to − 1. */
    @FunctionalInterface
    interface ValueLoop {
        void run(float a, float[] x, float[] y, int from, int to);
    }

    /** dx += dy ⊙ f′(x), given y = f(x), over from … to − 1. */
    @FunctionalInterface
    interface GradientLoop {
        void run(float a, float[] x, float[] y, float[] dy, float[] dx, int from, int to);
    }

    /** A switch expression, so that a function without a loop does not compile. */
    static ValueLoop map(Elementwise f) {
        return switch (f) {
            case IDENTITY -> (_, x, y, from, to) -> System.arraycopy(x, from, y, from, to - from);
            case RELU -> EjmlFunctions::relu;
            case LEAKY_RELU -> EjmlFunctions::leakyRelu;
            case TANH -> EjmlFunctions::tanh;
            case SIGMOID -> EjmlFunctions::sigmoid;
            case LECUN -> EjmlFunctions::lecun;
            case GELU -> EjmlFunctions::gelu;
        };
    }

    /** As {@link #map}. */
    static GradientLoop mapGradient(Elementwise f) {
        return switch (f) {
            case IDENTITY -> EjmlFunctions::identityGradient;
            case RELU -> EjmlFunctions::reluGradient;
            case LEAKY_RELU -> EjmlFunctions::leakyReluGradient;
            case TANH -> EjmlFunctions::tanhGradient;
            case SIGMOID -> EjmlFunctions::sigmoidGradient;
            case LECUN -> EjmlFunctions::lecunGradient;
            case GELU -> EjmlFunctions::geluGradient;
        };
    }

    private static void relu(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = Math.max(x[i], 0);
        }
    }

    private static void leakyRelu(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = Math.max(x[i], 0) + a * Math.min(x[i], 0);
        }
    }

    private static void tanh(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = tanh(x[i]);
        }
    }

    private static void sigmoid(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = (float) (1 / (1 + Math.exp(-x[i])));
        }
    }

    private static void lecun(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = 1.7159f * tanh(2f / 3 * x[i]) + 0.01f * x[i];
        }
    }

    private static void gelu(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            float size = Math.min(Math.abs(x[i]), GELU_LIMIT);
            y[i] = Math.max(x[i], 0) - size * upperTail(size, bell(size));
        }
    }

    private static void identityGradient(float a, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i++) {
            dx[i] += dy[i];
        }
    }

    private static void reluGradient(float a, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i++) {
            dx[i] += x[i] <= 0 ? 0 : dy[i];
        }
    }

    private static void leakyReluGradient(float a, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i++) {
            dx[i] += x[i] > 0 ? dy[i] : a * dy[i];
        }
    }

    private static void tanhGradient(float a, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i++) {
            dx[i] += dy[i] * (1 - y[i] * y[i]);
        }
    }

    private static void sigmoidGradient(float a, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i++) {
            dx[i] += dy[i] * (y[i] * (1 - y[i]));
        }
    }

    private static void lecunGradient(float a, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i++) {
            float t = tanh(2f / 3 * x[i]);
            dx[i] += dy[i] * (1.7159f * 2 / 3 * (1 - t * t) + 0.01f);
        }
    }

    private static void geluGradient(float a, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i++) {
            float size = Math.min(Math.abs(x[i]), GELU_LIMIT);
            float bell = bell(size);
            float left = upperTail(size, bell) - ONE_OVER_ROOT_TWO_PI * size * bell; // GELU′(−|x|)
            dx[i] += dy[i] * (x[i] < 0 ? left : 1 - left); // as Φ(−x) = 1 − Φ(x) and φ(−x) = φ(x)
        }
    }

    /** e^(−x²/2). */
    private static float bell(float x) {
        return (float) Math.exp(-0.5f * x * x);
    }

    /**
     * 1 − Φ(x) for x from 0 up, within 3e-7: ½e^(−x²/2) times a polynomial in t = 1/(1 + px), the formula 7.1.26 for the
     * error function of Abramowitz and Stegun (1964), by Hastings, itself within 7.5e-8; the rest is rounding.
     *
     * @param bell e^(−x²/2)
     */
    static float upperTail(float x, float bell) {
        float t = 1 / (1 + 0.23164189f * x); // p = 0.3275911/√2
        float p = 0.53070271f; // all five are halved
        p = p * t - 0.72657601f;
        p = p * t + 0.71070687f;
        p = p * t - 0.14224837f;
        p = p * t + 0.12741480f;
        return p * t * bell;
    }

    /**
     * tanh as a quotient of odd and even polynomials of degree 13 and 6, within 4.2e-7 of the true value and fifty times
     * as fast as {@link Math#tanh}. Beyond ±7.905 it stays at ±(1 − 2⁻²⁴), so that 1 − tanh² is never 0. Coefficients:
     * the minimax fit of the Eigen library (MathFunctionsImpl.h).
     */
    static float tanh(float v) {
        float x = Math.max(-7.905311f, Math.min(7.905311f, v));
        float s = x * x;
        float p = -2.7607684e-16f;
        p = p * s + 2.0001879e-13f;
        p = p * s - 8.604672e-11f;
        p = p * s + 5.122297e-8f;
        p = p * s + 1.4857224e-5f;
        p = p * s + 6.372619e-4f;
        p = p * s + 4.8935246e-3f;
        float q = 1.1982584e-6f;
        q = q * s + 1.1853471e-4f;
        q = q * s + 2.2684346e-3f;
        q = q * s + 4.893525e-3f;
        return x * p / q;
    }
}

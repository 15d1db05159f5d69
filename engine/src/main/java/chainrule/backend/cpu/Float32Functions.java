package chainrule.backend.cpu;

import chainrule.backend.Elementwise;

/**
 * The table of {@link Elementwise} in float, one loop per function so that each is compiled, and where possible
 * vectorised, on its own.
 */
final class Float32Functions {
    /** From here on 1 − Φ is 0 in float, and so is x times it; infinity times 0 would be NaN. */
    private static final float GELU_LIMIT = 20;

    private static final float ONE_OVER_ROOT_TWO_PI = 0.3989423f;

    private Float32Functions() {}

    static void map(Elementwise f, float a, float[] x, float[] y, int from, int to) {
        switch (f) {
            case IDENTITY -> System.arraycopy(x, from, y, from, to - from);
            case RELU -> {
                for (int i = from; i < to; i++) {
                    y[i] = Math.max(x[i], 0);
                }
            }
            case LEAKY_RELU -> {
                for (int i = from; i < to; i++) {
                    y[i] = Math.max(x[i], 0) + a * Math.min(x[i], 0);
                }
            }
            case TANH -> {
                for (int i = from; i < to; i++) {
                    y[i] = tanh(x[i]);
                }
            }
            case SIGMOID -> {
                for (int i = from; i < to; i++) {
                    y[i] = (float) (1 / (1 + Math.exp(-x[i])));
                }
            }
            case LECUN -> {
                for (int i = from; i < to; i++) {
                    y[i] = 1.7159f * tanh(2f / 3 * x[i]) + 0.01f * x[i];
                }
            }
            case GELU -> {
                for (int i = from; i < to; i++) {
                    float size = Math.min(Math.abs(x[i]), GELU_LIMIT);
                    y[i] = Math.max(x[i], 0) - size * upperTail(size, bell(size));
                }
            }
        }
    }

    /** dx += dy ⊙ f′(x). */
    static void mapGradient(Elementwise f, float a, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        switch (f) {
            case IDENTITY -> {
                for (int i = from; i < to; i++) {
                    dx[i] += dy[i];
                }
            }
            case RELU -> {
                for (int i = from; i < to; i++) {
                    dx[i] += x[i] > 0 ? dy[i] : 0;
                }
            }
            case LEAKY_RELU -> {
                for (int i = from; i < to; i++) {
                    dx[i] += x[i] > 0 ? dy[i] : a * dy[i];
                }
            }
            case TANH -> {
                for (int i = from; i < to; i++) {
                    dx[i] += dy[i] * (1 - y[i] * y[i]);
                }
            }
            case SIGMOID -> {
                for (int i = from; i < to; i++) {
                    dx[i] += dy[i] * (y[i] * (1 - y[i]));
                }
            }
            case LECUN -> {
                for (int i = from; i < to; i++) {
                    float t = tanh(2f / 3 * x[i]);
                    dx[i] += dy[i] * (1.7159f * 2 / 3 * (1 - t * t) + 0.01f);
                }
            }
            case GELU -> {
                for (int i = from; i < to; i++) {
                    float size = Math.min(Math.abs(x[i]), GELU_LIMIT);
                    float bell = bell(size);
                    float left = upperTail(size, bell) - ONE_OVER_ROOT_TWO_PI * size * bell; // GELU′(−|x|)
                    dx[i] += dy[i] * (x[i] < 0 ? left : 1 - left); // as Φ(−x) = 1 − Φ(x) and φ(−x) = φ(x)
                }
            }
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

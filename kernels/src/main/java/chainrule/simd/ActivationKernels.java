package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.before;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import chainrule.backend.Elementwise;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The table of {@link Elementwise} in vectors: one loop per function, over from … to − 1, a multiple of the lanes. */
final class ActivationKernels {
    private static final FloatVector ONE = broadcast(FLOATS, 1);
    private static final FloatVector TWO_THIRDS = broadcast(FLOATS, 2f / 3);
    private static final FloatVector LECUN_SCALE = broadcast(FLOATS, 1.7159f);
    private static final FloatVector LECUN_SLOPE = broadcast(FLOATS, 1.7159f * 2 / 3);
    private static final FloatVector LECUN_LINEAR = broadcast(FLOATS, 0.01f);
    private static final FloatVector MINUS_ONE_OVER_ROOT_TWO_PI = broadcast(FLOATS, -0.3989423f);

    /** At and above this x, 1 − Φ(x) is 0 in float, and so is x times it; infinity times 0 would be NaN. */
    private static final FloatVector GELU_LIMIT = broadcast(FLOATS, 20);

    private ActivationKernels() {}

    /** y = f(x), over from … to − 1. */
    @FunctionalInterface
    interface ValueLoop {
        void run(float a, float[] x, float[] y, int from, int to);
    }

    /** dx += dy ⊙ f′(x), or = where it does not accumulate, given y = f(x), over from … to − 1. */
    @FunctionalInterface
    interface GradientLoop {
        void run(float a, float[] x, float[] y, float[] dy, boolean accumulate, float[] dx, int from, int to);
    }

    /** The cost of one element in cheap operations, for {@link Loops#vectors}. */
    static int cost(Elementwise f) {
        return switch (f) {
            case IDENTITY, RELU, LEAKY_RELU -> 1;
            case TANH, SIGMOID, LECUN -> 4;
            case GELU -> 6;
        };
    }

    /** The cost of one element of the gradient, as {@link #cost}. */
    static int gradientCost(Elementwise f) {
        return switch (f) {
            case IDENTITY, RELU, LEAKY_RELU, TANH, SIGMOID -> 1;
            case LECUN, GELU -> cost(f);
        };
    }

    /** A switch expression, so that a function without a loop does not compile. */
    static ValueLoop map(Elementwise f) {
        return switch (f) {
            case IDENTITY -> (_, x, y, from, to) -> System.arraycopy(x, from, y, from, to - from);
            case RELU -> ActivationKernels::relu;
            case LEAKY_RELU -> ActivationKernels::leakyRelu;
            case TANH -> ActivationKernels::tanh;
            case SIGMOID -> ActivationKernels::sigmoid;
            case LECUN -> ActivationKernels::lecun;
            case GELU -> ActivationKernels::gelu;
        };
    }

    /** As {@link #map}. */
    static GradientLoop mapGradient(Elementwise f) {
        return switch (f) {
            case IDENTITY -> ActivationKernels::identityGradient;
            case RELU -> ActivationKernels::reluGradient;
            case LEAKY_RELU -> ActivationKernels::leakyReluGradient;
            case TANH -> ActivationKernels::tanhGradient;
            case SIGMOID -> ActivationKernels::sigmoidGradient;
            case LECUN -> ActivationKernels::lecunGradient;
            case GELU -> ActivationKernels::geluGradient;
        };
    }

    private static void relu(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            fromArray(FLOATS, x, i).max(0f).intoArray(y, i);
        }
    }

    private static void leakyRelu(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, x, i);
            v.min(0f).mul(a).add(v.max(0f)).intoArray(y, i);
        }
    }

    private static void tanh(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            VectorMath.tanh(fromArray(FLOATS, x, i)).intoArray(y, i);
        }
    }

    private static void sigmoid(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            ONE.div(VectorMath.exp(fromArray(FLOATS, x, i).neg()).add(ONE)).intoArray(y, i);
        }
    }

    private static void lecun(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, x, i);
            VectorMath.tanh(v.mul(TWO_THIRDS)).fma(LECUN_SCALE, v.mul(LECUN_LINEAR)).intoArray(y, i);
        }
    }

    private static void gelu(float a, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, x, i);
            FloatVector size = v.abs().min(GELU_LIMIT);
            FloatVector tail = VectorMath.upperTail(size, VectorMath.bell(size));
            v.max(0f).sub(size.mul(tail)).intoArray(y, i);
        }
    }

    private static void identityGradient(
            float a, float[] x, float[] y, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            before(accumulate, dx, i).add(fromArray(FLOATS, dy, i)).intoArray(dx, i);
        }
    }

    private static void reluGradient(
            float a, float[] x, float[] y, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector through =
                    fromArray(FLOATS, dy, i).blend(0f, fromArray(FLOATS, x, i).compare(VectorOperators.LE, 0f));
            before(accumulate, dx, i).add(through).intoArray(dx, i);
        }
    }

    private static void leakyReluGradient(
            float a, float[] x, float[] y, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector slope =
                    broadcast(FLOATS, a).blend(ONE, fromArray(FLOATS, x, i).compare(VectorOperators.GT, 0f));
            fromArray(FLOATS, dy, i).fma(slope, before(accumulate, dx, i)).intoArray(dx, i);
        }
    }

    private static void tanhGradient(
            float a, float[] x, float[] y, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, y, i);
            fromArray(FLOATS, dy, i).fma(ONE.sub(v.mul(v)), before(accumulate, dx, i)).intoArray(dx, i);
        }
    }

    private static void sigmoidGradient(
            float a, float[] x, float[] y, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, y, i);
            fromArray(FLOATS, dy, i).fma(v.mul(ONE.sub(v)), before(accumulate, dx, i)).intoArray(dx, i);
        }
    }

    private static void lecunGradient(
            float a, float[] x, float[] y, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector t = VectorMath.tanh(fromArray(FLOATS, x, i).mul(TWO_THIRDS));
            FloatVector slope = ONE.sub(t.mul(t)).fma(LECUN_SLOPE, LECUN_LINEAR);
            fromArray(FLOATS, dy, i).fma(slope, before(accumulate, dx, i)).intoArray(dx, i);
        }
    }

    /** With GELU′(−x) = 1 − GELU′(x), as Φ(−x) = 1 − Φ(x) and φ(−x) = φ(x). */
    private static void geluGradient(
            float a, float[] x, float[] y, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, x, i);
            FloatVector size = v.abs().min(GELU_LIMIT);
            FloatVector bell = VectorMath.bell(size);
            FloatVector left = size.mul(bell).fma(MINUS_ONE_OVER_ROOT_TWO_PI, VectorMath.upperTail(size, bell));
            FloatVector slope = ONE.sub(left).blend(left, v.compare(VectorOperators.LT, 0f));
            fromArray(FLOATS, dy, i).fma(slope, before(accumulate, dx, i)).intoArray(dx, i);
        }
    }
}

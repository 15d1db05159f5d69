package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.before;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

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

    /** From here on 1 − Φ is 0 in float, and so is x times it; infinity times 0 would be NaN. */
    private static final FloatVector GELU_LIMIT = broadcast(FLOATS, 20);

    private ActivationKernels() {}

    /** Cheap operations one number costs: {@link Loops#vectors}. */
    static int cost(Elementwise f) {
        return switch (f) {
            case IDENTITY, RELU, LEAKY_RELU -> 1;
            case TANH, SIGMOID, LECUN -> 4;
            case GELU -> 6;
        };
    }

    static void map(Elementwise f, float a, float[] x, float[] y, int from, int to) {
        switch (f) {
            case IDENTITY -> System.arraycopy(x, from, y, from, to - from);
            case RELU -> relu(x, y, from, to);
            case LEAKY_RELU -> leakyRelu(a, x, y, from, to);
            case TANH -> tanh(x, y, from, to);
            case SIGMOID -> sigmoid(x, y, from, to);
            case LECUN -> lecun(x, y, from, to);
            case GELU -> gelu(x, y, from, to);
        }
    }

    /** dx += dy ⊙ f′(x), or = where it does not accumulate. */
    static void mapGradient(
            Elementwise f,
            float a,
            float[] x,
            float[] y,
            float[] dy,
            boolean accumulate,
            float[] dx,
            int from,
            int to) {
        switch (f) {
            case IDENTITY -> identityGradient(dy, accumulate, dx, from, to);
            case RELU -> reluGradient(x, dy, accumulate, dx, from, to);
            case LEAKY_RELU -> leakyReluGradient(a, x, dy, accumulate, dx, from, to);
            case TANH -> tanhGradient(y, dy, accumulate, dx, from, to);
            case SIGMOID -> sigmoidGradient(y, dy, accumulate, dx, from, to);
            case LECUN -> lecunGradient(x, dy, accumulate, dx, from, to);
            case GELU -> geluGradient(x, dy, accumulate, dx, from, to);
        }
    }

    private static void relu(float[] x, float[] y, int from, int to) {
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

    private static void tanh(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            VectorMath.tanh(fromArray(FLOATS, x, i)).intoArray(y, i);
        }
    }

    private static void sigmoid(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            ONE.div(VectorMath.exp(fromArray(FLOATS, x, i).neg()).add(ONE)).intoArray(y, i);
        }
    }

    private static void lecun(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, x, i);
            VectorMath.tanh(v.mul(TWO_THIRDS)).fma(LECUN_SCALE, v.mul(LECUN_LINEAR)).intoArray(y, i);
        }
    }

    private static void gelu(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, x, i);
            FloatVector size = v.abs().min(GELU_LIMIT);
            FloatVector tail = VectorMath.upperTail(size, VectorMath.bell(size));
            v.max(0f).sub(size.mul(tail)).intoArray(y, i);
        }
    }

    private static void identityGradient(float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            before(accumulate, dx, i).add(fromArray(FLOATS, dy, i)).intoArray(dx, i);
        }
    }

    private static void reluGradient(float[] x, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector through =
                    zero(FLOATS)
                            .blend(fromArray(FLOATS, dy, i), fromArray(FLOATS, x, i).compare(VectorOperators.GT, 0f));
            before(accumulate, dx, i).add(through).intoArray(dx, i);
        }
    }

    private static void leakyReluGradient(
            float a, float[] x, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector slope =
                    broadcast(FLOATS, a).blend(ONE, fromArray(FLOATS, x, i).compare(VectorOperators.GT, 0f));
            fromArray(FLOATS, dy, i).fma(slope, before(accumulate, dx, i)).intoArray(dx, i);
        }
    }

    private static void tanhGradient(float[] y, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, y, i);
            fromArray(FLOATS, dy, i).fma(ONE.sub(v.mul(v)), before(accumulate, dx, i)).intoArray(dx, i);
        }
    }

    private static void sigmoidGradient(float[] y, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, y, i);
            fromArray(FLOATS, dy, i).fma(v.mul(ONE.sub(v)), before(accumulate, dx, i)).intoArray(dx, i);
        }
    }

    private static void lecunGradient(float[] x, float[] dy, boolean accumulate, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector t = VectorMath.tanh(fromArray(FLOATS, x, i).mul(TWO_THIRDS));
            FloatVector slope = ONE.sub(t.mul(t)).fma(LECUN_SLOPE, LECUN_LINEAR);
            fromArray(FLOATS, dy, i).fma(slope, before(accumulate, dx, i)).intoArray(dx, i);
        }
    }

    /** With GELU′(−x) = 1 − GELU′(x), as Φ(−x) = 1 − Φ(x) and φ(−x) = φ(x). */
    private static void geluGradient(float[] x, float[] dy, boolean accumulate, float[] dx, int from, int to) {
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

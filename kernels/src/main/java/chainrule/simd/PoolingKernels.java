package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.before;

import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import chainrule.backend.Window;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

import java.util.Arrays;

/**
 * Pooling over 2 × 2 windows that tile the image, the shape nearly every net uses: one row of output pixels at a time,
 * the four taps of a window in registers.
 *
 * <pre>
 *   x:  top     a b │ a b │ …        y:  one pixel for each window
 *       bottom  c d │ c d │ …        taps are tried in the order a, b, c, d
 * </pre>
 */
final class PoolingKernels {
    private PoolingKernels() {}

    /** True if these kernels can pool with the window: 2 × 2, stride 2, no padding, channels in whole vectors. */
    static boolean suits(Window w) {
        return w.kernelHeight() == 2
                && w.kernelWidth() == 2
                && w.strideHeight() == 2
                && w.strideWidth() == 2
                && w.padTop() == 0
                && w.padLeft() == 0
                && 2 * w.outHeight() <= w.height()
                && 2 * w.outWidth() <= w.width()
                && w.channels() % LANES == 0;
    }

    /** The index in x at which the windows of output row {@code row}, counted over all images, begin. */
    private static int top(Window w, int row) {
        int image = row / w.outHeight();
        return (image * w.height() + 2 * (row % w.outHeight())) * w.width() * w.channels();
    }

    /**
     * Sets dx to 0 right of the windows of output row {@code row} and, if the row is an image's last one, below them.
     */
    private static void clearUnseen(Window w, float[] dx, int row) {
        int image = row / w.outHeight();
        int below = w.width() * w.channels();
        int upper = top(w, row);
        int lower = upper + below;
        int seen = 2 * w.outWidth() * w.channels();
        boolean last = row % w.outHeight() == w.outHeight() - 1;
        Arrays.fill(dx, upper + seen, lower, 0);
        Arrays.fill(dx, lower + seen, last ? (image + 1) * w.height() * below : lower + below, 0);
    }

    static void max(Window w, float[] x, float[] y, int row) {
        int channels = w.channels();
        int below = w.width() * channels;
        int n = w.outWidth() * channels;
        int p = top(w, row);
        for (int i = 0, c = 0; i < n; i += LANES) {
            FloatVector upper = fromArray(FLOATS, x, p).max(fromArray(FLOATS, x, p + channels));
            FloatVector lower = fromArray(FLOATS, x, p + below).max(fromArray(FLOATS, x, p + below + channels));
            upper.max(lower).intoArray(y, row * n + i);
            p += LANES;
            c += LANES;
            if (c == channels) {
                c = 0;
                p += channels;
            }
        }
    }

    static void maxGradient(Window w, float[] x, float[] y, float[] dy, boolean accumulate, float[] dx, int row) {
        int channels = w.channels();
        int below = w.width() * channels;
        int n = w.outWidth() * channels;
        int p = top(w, row);
        if (!accumulate) {
            clearUnseen(w, dx, row);
        }
        for (int i = 0, c = 0; i < n; i += LANES) {
            FloatVector max = fromArray(FLOATS, y, row * n + i);
            FloatVector rest = fromArray(FLOATS, dy, row * n + i);
            rest = give(x, accumulate, dx, p, max, rest);
            rest = give(x, accumulate, dx, p + channels, max, rest);
            rest = give(x, accumulate, dx, p + below, max, rest);
            give(x, accumulate, dx, p + below + channels, max, rest);
            p += LANES;
            c += LANES;
            if (c == channels) {
                c = 0;
                p += channels;
            }
        }
        if (hasNan(y, row * n, n)) {
            giveToNans(w, x, y, dy, dx, row);
        }
    }

    /** Adds the gradient to a tap that equals the maximum; returns the gradient left for the later taps. */
    private static FloatVector give(
            float[] x, boolean accumulate, float[] dx, int at, FloatVector max, FloatVector rest) {
        VectorMask<Float> same = fromArray(FLOATS, x, at).compare(VectorOperators.EQ, max);
        FloatVector given = zero(FLOATS).blend(rest, same);
        before(accumulate, dx, at).add(given).intoArray(dx, at);
        return rest.blend(0f, same);
    }

    /**
     * True if a maximum is NaN; occasionally also if none is, because of ∞ − ∞. The loop is separate from the
     * gradient's, in which C2 would stop inlining.
     */
    private static boolean hasNan(float[] y, int from, int n) {
        FloatVector sum = zero(FLOATS);
        for (int i = 0; i < n; i += LANES) {
            sum = sum.add(fromArray(FLOATS, y, from + i));
        }
        return sum.compare(VectorOperators.NE, sum).anyTrue();
    }

    /** For each window of the row whose maximum is NaN, which no tap equals: dx += dy at the first tap that is NaN. */
    private static void giveToNans(Window w, float[] x, float[] y, float[] dy, float[] dx, int row) {
        int channels = w.channels();
        int below = w.width() * channels;
        int n = w.outWidth() * channels;
        for (int i = 0; i < n; i++) {
            if (Float.isNaN(y[row * n + i])) {
                int p = top(w, row) + i / channels * 2 * channels + i % channels;
                int upper = Float.isNaN(x[p]) ? p : p + channels;
                int lower = Float.isNaN(x[p + below]) ? p + below : p + below + channels;
                dx[Float.isNaN(x[upper]) ? upper : lower] += dy[row * n + i];
            }
        }
    }

    static void average(Window w, float[] x, float[] y, int row) {
        int channels = w.channels();
        int below = w.width() * channels;
        int n = w.outWidth() * channels;
        int p = top(w, row);
        for (int i = 0, c = 0; i < n; i += LANES) {
            FloatVector upper = fromArray(FLOATS, x, p).add(fromArray(FLOATS, x, p + channels));
            FloatVector lower = fromArray(FLOATS, x, p + below).add(fromArray(FLOATS, x, p + below + channels));
            upper.add(lower).mul(0.25f).intoArray(y, row * n + i);
            p += LANES;
            c += LANES;
            if (c == channels) {
                c = 0;
                p += channels;
            }
        }
    }

    static void averageGradient(Window w, float[] dy, boolean accumulate, float[] dx, int row) {
        int channels = w.channels();
        int below = w.width() * channels;
        int n = w.outWidth() * channels;
        int p = top(w, row);
        if (!accumulate) {
            clearUnseen(w, dx, row);
        }
        for (int i = 0, c = 0; i < n; i += LANES) {
            FloatVector quarter = fromArray(FLOATS, dy, row * n + i).mul(0.25f);
            before(accumulate, dx, p).add(quarter).intoArray(dx, p);
            before(accumulate, dx, p + channels).add(quarter).intoArray(dx, p + channels);
            before(accumulate, dx, p + below).add(quarter).intoArray(dx, p + below);
            before(accumulate, dx, p + below + channels).add(quarter).intoArray(dx, p + below + channels);
            p += LANES;
            c += LANES;
            if (c == channels) {
                c = 0;
                p += channels;
            }
        }
    }
}

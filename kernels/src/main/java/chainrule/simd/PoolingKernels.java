package chainrule.simd;

import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.load;
import static chainrule.simd.Lanes.zero;

import chainrule.backend.Window;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Pooling over 2 × 2 windows that tile the image, the shape nearly every net uses: one row of output pixels at a time, the
 * four taps of a window in registers.
 *
 * <pre>
 *   x:  top     a b │ a b │ …        y:  one pixel for each window
 *       bottom  c d │ c d │ …        taps are tried in the order a, b, c, d
 * </pre>
 */
final class PoolingKernels {
    private PoolingKernels() {}

    /** Whether a window is one of these: 2 × 2, stride 2, no padding, channels in whole vectors. */
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

    /** Where the windows of output row {@code row}, counted over all images, begin in x. */
    private static int top(Window w, int row) {
        int image = row / w.outHeight();
        return (image * w.height() + 2 * (row % w.outHeight())) * w.width() * w.channels();
    }

    static void max(Window w, float[] x, float[] y, int row) {
        int channels = w.channels();
        int below = w.width() * channels;
        int n = w.outWidth() * channels;
        int p = top(w, row);
        for (int i = 0, c = 0; i < n; i += LANES) {
            FloatVector upper = load(x, p).max(load(x, p + channels));
            FloatVector lower = load(x, p + below).max(load(x, p + below + channels));
            upper.max(lower).intoArray(y, row * n + i);
            p += LANES;
            c += LANES;
            if (c == channels) {
                c = 0;
                p += channels;
            }
        }
    }

    static void maxGradient(Window w, float[] x, float[] y, float[] dy, float[] dx, int row) {
        int channels = w.channels();
        int below = w.width() * channels;
        int n = w.outWidth() * channels;
        int p = top(w, row);
        for (int i = 0, c = 0; i < n; i += LANES) {
            FloatVector max = load(y, row * n + i);
            FloatVector rest = load(dy, row * n + i);
            rest = give(x, dx, p, max, rest);
            rest = give(x, dx, p + channels, max, rest);
            rest = give(x, dx, p + below, max, rest);
            give(x, dx, p + below + channels, max, rest);
            p += LANES;
            c += LANES;
            if (c == channels) {
                c = 0;
                p += channels;
            }
        }
    }

    /** Adds the gradient to a tap that equals the maximum; returns what is left for the taps after it. */
    private static FloatVector give(float[] x, float[] dx, int at, FloatVector max, FloatVector rest) {
        VectorMask<Float> same = load(x, at).compare(VectorOperators.EQ, max);
        FloatVector given = zero().blend(rest, same);
        load(dx, at).add(given).intoArray(dx, at);
        return rest.blend(0f, same);
    }

    static void average(Window w, float[] x, float[] y, int row) {
        int channels = w.channels();
        int below = w.width() * channels;
        int n = w.outWidth() * channels;
        int p = top(w, row);
        for (int i = 0, c = 0; i < n; i += LANES) {
            FloatVector upper = load(x, p).add(load(x, p + channels));
            FloatVector lower = load(x, p + below).add(load(x, p + below + channels));
            upper.add(lower).mul(0.25f).intoArray(y, row * n + i);
            p += LANES;
            c += LANES;
            if (c == channels) {
                c = 0;
                p += channels;
            }
        }
    }

    static void averageGradient(Window w, float[] dy, float[] dx, int row) {
        int channels = w.channels();
        int below = w.width() * channels;
        int n = w.outWidth() * channels;
        int p = top(w, row);
        for (int i = 0, c = 0; i < n; i += LANES) {
            FloatVector share = load(dy, row * n + i).mul(0.25f);
            load(dx, p).add(share).intoArray(dx, p);
            load(dx, p + channels).add(share).intoArray(dx, p + channels);
            load(dx, p + below).add(share).intoArray(dx, p + below);
            load(dx, p + below + channels).add(share).intoArray(dx, p + below + channels);
            p += LANES;
            c += LANES;
            if (c == channels) {
                c = 0;
                p += channels;
            }
        }
    }
}

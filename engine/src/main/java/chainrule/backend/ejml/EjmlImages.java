package chainrule.backend.ejml;

import static chainrule.backend.ejml.EjmlElementwise.toAddTo;

import chainrule.backend.ComposedImages;
import chainrule.backend.Images;
import chainrule.backend.Matrix;
import chainrule.backend.MatrixPrimitives;
import chainrule.backend.Memory;
import chainrule.backend.Window;

import java.util.Arrays;

/** im2col, its transpose, and pooling; threads share the images of a batch. */
public class EjmlImages extends ComposedImages {

    /** The threads that share a loop. */
    protected final ThreadPool threads;

    public EjmlImages(ThreadPool threads, Memory memory, MatrixPrimitives matrices) {
        super(memory, matrices);
        this.threads = threads;
    }

    @Override
    public void im2col(Window w, Images x, Matrix columns) {
        int images = x.count();
        float[] xv = x.floats();
        float[] cv = columns.floats();
        threads.parallelFor(
                images,
                1,
                (from, to) -> {
                    for (int image = from; image < to; image++) {
                        for (int pixel = 0; pixel < w.outputPixels(); pixel++) {
                            im2colRow(w, image, pixel, xv, cv);
                        }
                    }
                });
    }

    /** One row of the column matrix: each row of the window is one contiguous run, cut at the image's edges. */
    private static void im2colRow(Window w, int image, int pixel, float[] x, float[] columns) {
        int run = w.kernelWidth() * w.channels();
        int top = pixel / w.outWidth() * w.strideHeight() - w.padTop();
        int left = pixel % w.outWidth() * w.strideWidth() - w.padLeft();
        int before = Math.clamp(-left, 0, w.kernelWidth()) * w.channels();
        int after = Math.clamp(left + w.kernelWidth() - w.width(), 0, w.kernelWidth()) * w.channels();
        int to = (image * w.outputPixels() + pixel) * w.patchSize();
        for (int row = top; row < top + w.kernelHeight(); row++, to += run) {
            if (row < 0 || row >= w.height() || before + after >= run) {
                Arrays.fill(columns, to, to + run, 0);
            } else {
                int source = ((image * w.height() + row) * w.width() + left) * w.channels();
                Arrays.fill(columns, to, to + before, 0);
                System.arraycopy(x, source + before, columns, to + before, run - before - after);
                Arrays.fill(columns, to + run - after, to + run, 0);
            }
        }
    }

    @Override
    public void im2colGradient(Window w, Matrix columns, Matrix dx) {
        int images = columns.rows() / w.outputPixels();
        float[] cv = columns.floats();
        float[] dxv = toAddTo(dx);
        threads.parallelFor(
                images,
                1,
                (from, to) -> {
                    for (int image = from; image < to; image++) {
                        for (int pixel = 0; pixel < w.outputPixels(); pixel++) {
                            im2colRowGradient(w, image, pixel, cv, dxv);
                        }
                    }
                });
    }

    private static void im2colRowGradient(Window w, int image, int pixel, float[] columns, float[] dx) {
        int run = w.kernelWidth() * w.channels();
        int top = pixel / w.outWidth() * w.strideHeight() - w.padTop();
        int left = pixel % w.outWidth() * w.strideWidth() - w.padLeft();
        int before = Math.clamp(-left, 0, w.kernelWidth()) * w.channels();
        int after = Math.clamp(left + w.kernelWidth() - w.width(), 0, w.kernelWidth()) * w.channels();
        int from = (image * w.outputPixels() + pixel) * w.patchSize();
        for (int row = top; row < top + w.kernelHeight(); row++, from += run) {
            if (row >= 0 && row < w.height()) {
                int target = ((image * w.height() + row) * w.width() + left) * w.channels();
                for (int t = before; t < run - after; t++) {
                    dx[target + t] += columns[from + t];
                }
            }
        }
    }

    @Override
    public void maxPool(Window w, Images x, Images y) {
        int images = x.count();
        float[] xv = x.floats();
        float[] yv = y.floats();
        int c = w.channels();
        threads.parallelFor(
                images,
                1,
                (from, to) -> {
                    Arrays.fill(yv, from * w.outputPixels() * c, to * w.outputPixels() * c, Float.NEGATIVE_INFINITY);
                    Taps.visit(
                            w,
                            from,
                            to,
                            (out, in) -> {
                                for (int k = 0; k < c; k++) {
                                    yv[out + k] = Math.max(yv[out + k], xv[in + k]);
                                }
                            });
                });
    }

    @Override
    public void maxPoolGradient(Window w, Images x, Images y, Images dy, Matrix dx) {
        int images = x.count();
        float[] xv = x.floats();
        float[] yv = y.floats();
        float[] dyv = dy.floats();
        float[] dxv = toAddTo(dx);
        int c = w.channels();
        threads.parallelFor(
                images,
                1,
                (from, to) -> {
                    boolean[] given =
                            new boolean[w.outputPixels() * c]; // of two equal maxima the first gets the gradient
                    for (int image = from; image < to; image++) {
                        int first = image * given.length;
                        Arrays.fill(given, false);
                        Taps.visit(
                                w,
                                image,
                                image + 1,
                                (out, in) -> {
                                    for (int k = 0; k < c; k++) {
                                        if (!given[out + k - first]
                                                && (xv[in + k] == yv[out + k] || Float.isNaN(xv[in + k]))) {
                                            dxv[in + k] += dyv[out + k];
                                            given[out + k - first] = true;
                                        }
                                    }
                                });
                    }
                });
    }

    @Override
    public void averagePool(Window w, Images x, Images y) {
        int images = x.count();
        float[] xv = x.floats();
        float[] yv = y.floats();
        int c = w.channels();
        threads.parallelFor(
                images,
                1,
                (from, to) -> {
                    Arrays.fill(yv, from * w.outputPixels() * c, to * w.outputPixels() * c, 0);
                    Taps.visit(
                            w,
                            from,
                            to,
                            (out, in) -> {
                                float weight = 1f / Taps.inside(w, out / c % w.outputPixels());
                                for (int k = 0; k < c; k++) {
                                    yv[out + k] += weight * xv[in + k];
                                }
                            });
                });
    }

    @Override
    public void averagePoolGradient(Window w, Images dy, Matrix dx) {
        int images = dy.count();
        float[] dyv = dy.floats();
        float[] dxv = toAddTo(dx);
        int c = w.channels();
        threads.parallelFor(
                images,
                1,
                (from, to) ->
                        Taps.visit(
                                w,
                                from,
                                to,
                                (out, in) -> {
                                    float weight = 1f / Taps.inside(w, out / c % w.outputPixels());
                                    for (int k = 0; k < c; k++) {
                                        dxv[in + k] += weight * dyv[out + k];
                                    }
                                }));
    }
}

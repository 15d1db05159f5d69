package chainrule.simd;

import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.roundUp;

import chainrule.backend.Window;
import chainrule.backend.ejml.ThreadPool;

/**
 * Convolution without an im2col matrix. In an NHWC image the taps of one kernel row are adjacent: kernelWidth·channels
 * consecutive elements. So a tile of the product im2col(X)·W is {@link RowTile} on the image itself:
 *
 * <pre>
 *   eight neighboring pixels of one output row × two vectors of filters,
 *   one segment for each kernel row, kernelWidth·channels products deep
 * </pre>
 *
 * Loop order: image (shared between threads; padded into a scratch buffer in the second-level cache), panel of filters
 * (9·32 × 32 floats: 36 KB, about the first-level cache), output row, tile.
 */
final class DirectConvolution {
    private DirectConvolution() {}

    /**
     * Y = im2col(X)·W + S.
     *
     * @param panels the weights, packed: see {@link #pack}
     * @param s the bias, Y itself to accumulate, or null
     */
    static void forward(ThreadPool threads, ConvolutionShape shape, float[] x, float[] panels, float[] s, float[] y) {
        Window w = shape.window();
        int images = shape.images();
        int filters = shape.filters();
        threads.parallelFor(
                images,
                1,
                (from, to) -> {
                    float[] padded = Scratch.mine().array(Scratch.Use.STRIP, PaddedImage.size(w));
                    for (int image = from; image < to; image++) {
                        PaddedImage.copy(w, x, image, padded);
                        for (int j = 0; j < filters; j += WIDE) {
                            panel(w, filters, padded, panels, j, s, y, image * w.outputPixels() * filters);
                        }
                    }
                });
    }

    private static void panel(
            Window w, int filters, float[] padded, float[] panels, int j, float[] s, float[] y, int image) {
        int depth = w.kernelWidth() * w.channels();
        int pixel = w.strideWidth() * w.channels();
        int row = PaddedImage.width(w) * w.channels();
        int lds = s == y ? filters : 0;
        int cols = Math.min(WIDE, filters - j);
        for (int r = 0; r < w.outHeight(); r++) {
            for (int c = 0; c < w.outWidth(); c += ROWS) {
                int ao = r * w.strideHeight() * row + c * pixel;
                int co = image + (r * w.outWidth() + c) * filters + j;
                int pixels = Math.min(ROWS, w.outWidth() - c);
                if (pixels == ROWS && cols == WIDE) {
                    int so = s == y ? co : j;
                    RowTile.wide(
                            w.kernelHeight(),
                            depth,
                            padded,
                            ao,
                            pixel,
                            row,
                            panels,
                            j * w.patchSize(),
                            s,
                            so,
                            lds,
                            y,
                            co,
                            filters);
                } else {
                    float[] tile = EdgeTile.scratch();
                    float[] start = s;
                    if (s == y) {
                        EdgeTile.load(y, co, filters, pixels, cols, tile);
                        start = tile;
                    }
                    RowTile.wide(
                            w.kernelHeight(),
                            depth,
                            padded,
                            ao,
                            pixel,
                            row,
                            panels,
                            j * w.patchSize(),
                            start,
                            s == y ? 0 : j,
                            s == y ? WIDE : 0,
                            tile,
                            0,
                            WIDE);
                    EdgeTile.store(tile, pixels, cols, y, co, filters);
                }
            }
        }
    }

    /** Weights [patch, filters] as panels [patch][2 vectors of filters]. */
    static float[] pack(Window w, int filters, float[] weight) {
        int patch = w.patchSize();
        float[] panels = Scratch.mine().array(Scratch.Use.PANEL_B, patch * roundUp(filters, WIDE));
        for (int j = 0; j < filters; j += WIDE) {
            Packing.copyWide(weight, j, filters, patch, panels, j * patch);
        }
        return panels;
    }

    /** The window whose convolution of dY with rotated weights is the gradient of the input; for stride 1. */
    static Window transposed(Window w, int filters) {
        return new Window(transposed(w.rows()), transposed(w.columns()), filters);
    }

    private static Window.Axis transposed(Window.Axis axis) {
        int padding = axis.kernel() - 1 - axis.padding();
        return new Window.Axis(axis.windows(), axis.kernel(), 1, padding, axis.size());
    }

    /**
     * Weights [tap, in, filters] rotated by 180°: [last tap … first tap, filters, in], as panels for {@link
     * #transposed}, or unpacked where {@code width} equals in.
     */
    static void turn(Window w, int filters, float[] weight, float[] turned, int width) {
        int in = w.channels();
        int taps = w.kernelHeight() * w.kernelWidth();
        for (int tap = 0; tap < taps; tap++) {
            for (int i = 0; i < in; i += ROWS) {
                int from = (tap * in + i) * filters;
                int panel = i / width * width * taps * filters;
                int to = panel + (taps - 1 - tap) * filters * width + i % width;
                if (i + ROWS <= in) {
                    Packing.transposeEight(weight, from, filters, filters, turned, to, width);
                } else {
                    for (int r = 0; r < in - i; r++) {
                        for (int f = 0; f < filters; f++) {
                            turned[to + f * width + r] = weight[from + r * filters + f];
                        }
                    }
                }
            }
        }
    }
}

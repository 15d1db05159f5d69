package chainrule.simd;

import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.roundUp;

import chainrule.backend.Window;
import chainrule.backend.ejml.ThreadPool;

import java.util.Arrays;

/**
 * dW += im2col(X)ᵀ·dY without an im2col matrix: {@link ColumnTile} over the pixels of an image.
 *
 * <pre>
 *   eight neighboring elements of a kernel row's run × two vectors of filters,
 *   one segment for each row of pixels, one step for each pixel
 * </pre>
 *
 * Loop order: image (padded as in {@link DirectConvolution}), kernel row, run in steps of eight, panel of filters. The
 * images are summed in at most {@link #CHUNKS} chunks, which threads share and which are then added in order: the
 * chunks depend only on the number of images, and so does the result, to the bit.
 */
final class DirectWeightGradient {
    static final int CHUNKS = 4;

    private DirectWeightGradient() {}

    static void run(
            ThreadPool threads, ConvolutionShape shape, float[] x, float[] dy, boolean accumulate, float[] dweight) {
        Window w = shape.window();
        int images = shape.images();
        int filters = shape.filters();
        int run = w.kernelWidth() * w.channels();
        int height = roundUp(run, ROWS);
        int width = roundUp(filters, WIDE);
        int size = w.kernelHeight() * height * width;
        int chunks = Math.min(CHUNKS, images);
        float[] sums = Scratch.mine().array(Scratch.Use.PLANES, chunks * size);
        threads.parallelFor(
                chunks,
                1,
                (from, to) -> {
                    float[] padded = Scratch.mine().array(Scratch.Use.STRIP, PaddedImage.size(w));
                    for (int chunk = from; chunk < to; chunk++) {
                        Arrays.fill(sums, chunk * size, (chunk + 1) * size, 0);
                        for (int image = chunk * images / chunks; image < (chunk + 1) * images / chunks; image++) {
                            PaddedImage.copy(w, x, image, padded);
                            image(w, filters, padded, dy, image * w.outputPixels() * filters, sums, chunk * size);
                        }
                    }
                });
        for (int i = 0; i < w.kernelHeight(); i++) {
            for (int r = 0; r < run; r++) {
                for (int chunk = 0; chunk < chunks; chunk++) {
                    int from = chunk * size + (i * height + r) * width;
                    int to = (i * run + r) * filters;
                    boolean add = accumulate || chunk > 0;
                    for (int f = 0; f < filters; f++) {
                        dweight[to + f] = (add ? dweight[to + f] : 0) + sums[from + f];
                    }
                }
            }
        }
    }

    private static void image(Window w, int filters, float[] padded, float[] dy, int first, float[] sums, int at) {
        int run = w.kernelWidth() * w.channels();
        int row = PaddedImage.width(w) * w.channels();
        int width = roundUp(filters, WIDE);
        int so = at;
        for (int i = 0; i < w.kernelHeight(); i++) {
            for (int a = 0; a < run; a += ROWS, so += ROWS * width) {
                for (int j = 0; j < filters; j += WIDE) {
                    ColumnTile.wide(
                            w.outHeight(),
                            w.outWidth(),
                            padded,
                            i * row + a,
                            w.strideWidth() * w.channels(),
                            w.strideHeight() * row,
                            dy,
                            first + j,
                            filters,
                            w.outWidth() * filters,
                            sums,
                            so + j,
                            width,
                            sums,
                            so + j,
                            width);
                }
            }
        }
    }
}

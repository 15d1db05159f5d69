package chainrule.backend.reference;

import static chainrule.backend.reference.ReferenceElementwise.toAddTo;

import chainrule.backend.ComposedImages;
import chainrule.backend.Images;
import chainrule.backend.Matrix;
import chainrule.backend.MatrixPrimitives;
import chainrule.backend.Memory;
import chainrule.backend.Window;

import java.util.Arrays;

/** Convolution and pooling: all are one walk over the taps of each window. */
final class ReferenceImages extends ComposedImages {

    ReferenceImages(Memory memory, MatrixPrimitives matrices) {
        super(memory, matrices);
    }

    /** Called with each tap: the output pixel, the place in the window, the input pixel (−1: outside the image). */
    @FunctionalInterface
    interface Tap {
        void at(int outputPixel, int place, int inputPixel);
    }

    /** Visits the windows image by image, row by row, and the places of each window row by row. */
    private static void walk(Window w, int images, Tap tap) {
        int outputPixel = 0;
        for (int image = 0; image < images; image++) {
            for (int i = 0; i < w.outHeight(); i++) {
                for (int j = 0; j < w.outWidth(); j++, outputPixel++) {
                    for (int place = 0; place < w.kernelHeight() * w.kernelWidth(); place++) {
                        int row = i * w.strideHeight() - w.padTop() + place / w.kernelWidth();
                        int col = j * w.strideWidth() - w.padLeft() + place % w.kernelWidth();
                        boolean inside = row >= 0 && row < w.height() && col >= 0 && col < w.width();
                        tap.at(outputPixel, place, inside ? (image * w.height() + row) * w.width() + col : -1);
                    }
                }
            }
        }
    }

    @Override
    public void im2col(Window w, Images x, Matrix columns) {
        int images = x.count();
        double[] xv = x.doubles();
        double[] cv = columns.doubles();
        walk(
                w,
                images,
                (pixel, place, input) -> {
                    for (int c = 0; c < w.channels(); c++) {
                        cv[pixel * w.patchSize() + place * w.channels() + c] =
                                input < 0 ? 0 : xv[input * w.channels() + c];
                    }
                });
    }

    @Override
    public void im2colGradient(Window w, Matrix columns, Matrix dx) {
        int images = columns.rows() / w.outputPixels();
        double[] cv = columns.doubles();
        double[] dxv = toAddTo(dx);
        walk(
                w,
                images,
                (pixel, place, input) -> {
                    for (int c = 0; input >= 0 && c < w.channels(); c++) {
                        dxv[input * w.channels() + c] += cv[pixel * w.patchSize() + place * w.channels() + c];
                    }
                });
    }

    @Override
    public void maxPool(Window w, Images x, Images y) {
        int images = x.count();
        double[] xv = x.doubles();
        double[] yv = y.doubles();
        Arrays.fill(yv, 0, y.elements(), Double.NEGATIVE_INFINITY);
        walk(
                w,
                images,
                (pixel, _, input) -> {
                    for (int c = 0; input >= 0 && c < w.channels(); c++) {
                        int out = pixel * w.channels() + c;
                        yv[out] = Math.max(yv[out], xv[input * w.channels() + c]);
                    }
                });
    }

    @Override
    public void maxPoolGradient(Window w, Images x, Images y, Images dy, Matrix dx) {
        int images = x.count();
        double[] xv = x.doubles();
        double[] yv = y.doubles();
        double[] dyv = dy.doubles();
        double[] dxv = toAddTo(dx);
        boolean[] given = new boolean[y.elements()]; // a window with two equal maxima gives its gradient to the first
        walk(
                w,
                images,
                (pixel, _, input) -> {
                    for (int c = 0; input >= 0 && c < w.channels(); c++) {
                        int out = pixel * w.channels() + c;
                        int in = input * w.channels() + c;
                        if (!given[out] && (xv[in] == yv[out] || Double.isNaN(xv[in]))) {
                            dxv[in] += dyv[out];
                            given[out] = true;
                        }
                    }
                });
    }

    @Override
    public void averagePool(Window w, Images x, Images y) {
        int images = x.count();
        double[] xv = x.doubles();
        double[] yv = y.doubles();
        int[] taps = tapsInside(w, images);
        Arrays.fill(yv, 0, y.elements(), 0);
        walk(
                w,
                images,
                (pixel, _, input) -> {
                    for (int c = 0; input >= 0 && c < w.channels(); c++) {
                        yv[pixel * w.channels() + c] += xv[input * w.channels() + c] / taps[pixel];
                    }
                });
    }

    @Override
    public void averagePoolGradient(Window w, Images dy, Matrix dx) {
        int images = dy.count();
        double[] dyv = dy.doubles();
        double[] dxv = toAddTo(dx);
        int[] taps = tapsInside(w, images);
        walk(
                w,
                images,
                (pixel, _, input) -> {
                    for (int c = 0; input >= 0 && c < w.channels(); c++) {
                        dxv[input * w.channels() + c] += dyv[pixel * w.channels() + c] / taps[pixel];
                    }
                });
    }

    private static int[] tapsInside(Window w, int images) {
        int[] taps = new int[w.outputPixels(images)];
        walk(w, images, (pixel, _, input) -> taps[pixel] += input >= 0 ? 1 : 0);
        return taps;
    }
}

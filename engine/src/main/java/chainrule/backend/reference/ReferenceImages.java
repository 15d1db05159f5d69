package chainrule.backend.reference;

import static chainrule.backend.reference.ReferenceBackend.f64;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.backend.Window;

/** im2col, its transpose, and pooling: all are one walk over the taps of every window. */
interface ReferenceImages extends Backend {

    /** Told of every tap: which output pixel, which place in the window, which input pixel (−1: outside the image). */
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
    default void im2col(Window w, int images, Buffer x, Buffer columns) {
        double[] xv = f64(x);
        double[] cv = f64(columns);
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
    default void im2colGradient(Window w, int images, Buffer columns, Target dx) {
        double[] cv = f64(columns);
        double[] dxv = f64(dx.toAddTo(this));
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
    default void maxPool(Window w, int images, Buffer x, Buffer y) {
        double[] xv = f64(x);
        double[] yv = f64(y);
        fill(y, Double.NEGATIVE_INFINITY);
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
    default void maxPoolGradient(Window w, int images, Buffer x, Buffer y, Buffer dy, Target dx) {
        double[] xv = f64(x);
        double[] yv = f64(y);
        double[] dyv = f64(dy);
        double[] dxv = f64(dx.toAddTo(this));
        boolean[] given = new boolean[y.length()]; // a window with two equal maxima gives its gradient to the first
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
    default void averagePool(Window w, int images, Buffer x, Buffer y) {
        double[] xv = f64(x);
        double[] yv = f64(y);
        int[] taps = tapsInside(w, images);
        fill(y, 0);
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
    default void averagePoolGradient(Window w, int images, Buffer dy, Target dx) {
        double[] dyv = f64(dy);
        double[] dxv = f64(dx.toAddTo(this));
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

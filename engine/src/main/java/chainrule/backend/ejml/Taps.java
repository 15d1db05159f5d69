package chainrule.backend.ejml;

import chainrule.backend.Window;

/** Walks over the taps of pooling windows, skipping those outside the image. */
final class Taps {
    private Taps() {}

    /** Called with the index of the first channel of an output pixel and of an input pixel in its window. */
    @FunctionalInterface
    interface Visitor {
        void tap(int out, int in);
    }

    /** Visits all windows of the images from … to − 1, each window row by row. */
    static void visit(Window w, int from, int to, Visitor visitor) {
        for (int image = from; image < to; image++) {
            for (int pixel = 0; pixel < w.outputPixels(); pixel++) {
                int out = (image * w.outputPixels() + pixel) * w.channels();
                int top = pixel / w.outWidth() * w.strideHeight() - w.padTop();
                int left = pixel % w.outWidth() * w.strideWidth() - w.padLeft();
                for (int i = Math.max(top, 0); i < Math.min(top + w.kernelHeight(), w.height()); i++) {
                    for (int j = Math.max(left, 0); j < Math.min(left + w.kernelWidth(), w.width()); j++) {
                        visitor.tap(out, ((image * w.height() + i) * w.width() + j) * w.channels());
                    }
                }
            }
        }
    }

    /** The number of taps inside the image, for the window of one output pixel. */
    static int inside(Window w, int pixel) {
        int top = pixel / w.outWidth() * w.strideHeight() - w.padTop();
        int left = pixel % w.outWidth() * w.strideWidth() - w.padLeft();
        return (Math.min(top + w.kernelHeight(), w.height()) - Math.max(top, 0))
                * (Math.min(left + w.kernelWidth(), w.width()) - Math.max(left, 0));
    }
}

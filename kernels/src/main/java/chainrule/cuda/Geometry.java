package chainrule.cuda;

import chainrule.backend.Window;

import java.nio.ByteBuffer;

/** Windows over a batch of images, field by field as in the struct Geometry of images.cuh. */
record Geometry(Window window, int images) {

    /** Neighboring channels that one thread handles. */
    int wide() {
        return window.channels() % 4 == 0 ? 4 : 1;
    }

    /** The shape for messages: images, height, width, channels. */
    int[] shape() {
        return new int[] {images, window.height(), window.width(), window.channels()};
    }

    /** The shape with the number of filters. */
    int[] shape(int filters) {
        return new int[] {images, window.height(), window.width(), window.channels(), filters};
    }

    /** The number of threads for that many pixels. */
    int threads(int pixels) {
        return pixels * (window.channels() / wide());
    }

    int inputPixels() {
        return images * window.height() * window.width();
    }

    int outputPixels() {
        return images * window.outputPixels();
    }

    int taps() {
        return window.kernelHeight() * window.kernelWidth();
    }

    /** True if no input element belongs to two windows. */
    boolean disjoint() {
        return window.strideHeight() >= window.kernelHeight() && window.strideWidth() >= window.kernelWidth();
    }

    void put(Arguments arguments) {
        Window w = window;
        ByteBuffer into = arguments.begin();
        into.putInt(w.height()).putInt(w.width()).putInt(w.channels());
        into.putInt(w.kernelHeight()).putInt(w.kernelWidth());
        into.putInt(w.strideHeight()).putInt(w.strideWidth());
        into.putInt(w.padTop()).putInt(w.padLeft());
        into.putInt(w.outHeight()).putInt(w.outWidth());
        into.putInt(images).putInt(wide());
        Divisor.of(w.channels() / wide()).put(into);
        Divisor.of(w.kernelWidth()).put(into);
        Divisor.of(taps()).put(into);
        Divisor.of(w.width()).put(into);
        Divisor.of(w.height()).put(into);
        Divisor.of(w.outWidth()).put(into);
        Divisor.of(w.outHeight()).put(into);
        Divisor.of(w.strideHeight()).put(into);
        Divisor.of(w.strideWidth()).put(into);
    }
}

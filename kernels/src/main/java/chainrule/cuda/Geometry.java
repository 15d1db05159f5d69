package chainrule.cuda;

import chainrule.backend.Window;

import java.nio.ByteBuffer;

/** Windows over a batch of images as the kernels want them: field by field the struct Geometry in images.cuh. */
record Geometry(Window window, int images) {

    /** Neighbouring channels that one thread handles. */
    int wide() {
        return window.channels() % 4 == 0 ? 4 : 1;
    }

    /** Threads for so many pixels. */
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

    /** Whether no input number lies under two windows. */
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

package chainrule.bench.path;

import chainrule.backend.Window;

import jdk.incubator.vector.FloatVector;

/**
 * When the backend {@code simd} convolves with Winograd's F(4×4, 3×3), and how many multiply-adds it then executes: 36 products
 * for each tile of 4 × 4 outputs instead of 144. The additions of its transforms are not counted, so the fraction of the roof
 * that follows is a lower bound. A test compares the condition with the backend's.
 */
final class WinogradRule {
    private static final int WIDE = 2 * FloatVector.SPECIES_PREFERRED.length();
    private static final int TILE = 4;
    private static final int PRODUCTS = 36;

    private WinogradRule() {}

    static boolean applies(Window w, int filters) {
        boolean kernel = w.kernelHeight() == 3 && w.kernelWidth() == 3 && w.strideHeight() == 1 && w.strideWidth() == 1;
        return kernel
                && !Boolean.getBoolean("chainrule.simd.direct")
                && w.channels() % WIDE == 0
                && filters % WIDE == 0
                && w.padTop() <= 2
                && w.padLeft() <= 2
                && w.width() <= w.outWidth() + 2
                && 2 * w.outputPixels() >= TILE * TILE * tiles(w);
    }

    private static int tiles(Window w) {
        return Math.ceilDiv(w.outHeight(), TILE) * Math.ceilDiv(w.outWidth(), TILE);
    }

    /** Multiply-adds of the convolution or its weight gradient. */
    static long multiplyAdds(Window w, int images, int filters) {
        return applies(w, filters)
                ? (long) PRODUCTS * tiles(w) * images * w.channels() * filters
                : (long) w.outputPixels(images) * w.patchSize() * filters;
    }

    /** Multiply-adds of the input gradient: with stride 1 a convolution of dY with the turned kernel. */
    static long inputGradient(Window w, int images, int filters) {
        boolean turns =
                w.strideHeight() == 1
                        && w.strideWidth() == 1
                        && w.padTop() < w.kernelHeight()
                        && w.padLeft() < w.kernelWidth();
        Window t = turns ? new Window(turned(w.rows()), turned(w.columns()), filters) : w;
        return turns && applies(t, w.channels())
                ? multiplyAdds(t, images, w.channels())
                : (long) w.outputPixels(images) * w.patchSize() * filters;
    }

    private static Window.Axis turned(Window.Axis a) {
        return new Window.Axis(a.windows(), a.kernel(), 1, a.kernel() - 1 - a.padding(), a.size());
    }
}

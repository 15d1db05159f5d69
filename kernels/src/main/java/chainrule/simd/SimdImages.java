package chainrule.simd;

import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.roundUp;

import chainrule.backend.Images;
import chainrule.backend.Matrix;
import chainrule.backend.MatrixPrimitives;
import chainrule.backend.Memory;
import chainrule.backend.Window;
import chainrule.backend.ejml.EjmlImages;
import chainrule.backend.ejml.ThreadPool;

/**
 * Convolutions use Winograd's algorithm where the shape allows it, else the direct one; the input gradient of a strided
 * convolution is composed of matrix products. Pooling with 2 × 2 windows is vectorized; other windows use the plain
 * loops.
 */
final class SimdImages extends EjmlImages {

    SimdImages(ThreadPool threads, Memory memory, MatrixPrimitives matrices) {
        super(threads, memory, matrices);
    }

    @Override
    public void convolution(Window w, Images x, Matrix weight, Matrix bias, Images y) {
        int filters = weight.cols();
        ConvolutionShape shape = new ConvolutionShape(w, x.count(), filters);
        float[] s = bias == null ? null : bias.floats();
        if (Winograd.suits(w, filters)) {
            Winograd.forward(threads, shape, x.floats(), weight.floats(), s, y.floats());
        } else {
            float[] panels = DirectConvolution.pack(w, filters, weight.floats());
            DirectConvolution.forward(threads, shape, x.floats(), panels, s, y.floats());
        }
    }

    @Override
    public void convolutionInputGradient(Window w, Images dy, Matrix weight, Matrix dx) {
        int filters = weight.cols();
        boolean turns =
                w.strideHeight() == 1
                        && w.strideWidth() == 1
                        && w.padTop() < w.kernelHeight()
                        && w.padLeft() < w.kernelWidth();
        if (!turns) {
            super.convolutionInputGradient(w, dy, weight, dx);
            return;
        }
        Window t = DirectConvolution.transposed(w, filters);
        float[] dxv = dx.floats();
        float[] s = dx.accumulate() ? dxv : null;
        if (Winograd.suits(t, w.channels())) {
            float[] turned = Scratch.mine().array(Scratch.Use.PANEL_A, t.patchSize() * w.channels());
            DirectConvolution.turn(w, filters, weight.floats(), turned, w.channels());
            Winograd.forward(threads, new ConvolutionShape(t, dy.count(), w.channels()), dy.floats(), turned, s, dxv);
        } else {
            int width = roundUp(w.channels(), WIDE);
            float[] panels = Scratch.mine().array(Scratch.Use.PANEL_B, t.patchSize() * width);
            DirectConvolution.turn(w, filters, weight.floats(), panels, WIDE);
            DirectConvolution.forward(
                    threads, new ConvolutionShape(t, dy.count(), w.channels()), dy.floats(), panels, s, dxv);
        }
    }

    @Override
    public void convolutionWeightGradient(Window w, Images x, Images dy, Matrix dweight) {
        ConvolutionShape shape = new ConvolutionShape(w, x.count(), dy.channels());
        boolean accumulate = dweight.accumulate();
        float[] dw = dweight.floats();
        if (Winograd.suits(w, dy.channels())) {
            WinogradWeightGradient.run(threads, shape, x.floats(), dy.floats(), accumulate, dw);
        } else {
            DirectWeightGradient.run(threads, shape, x.floats(), dy.floats(), accumulate, dw);
        }
    }

    /** Output rows worth a hand-over to another thread: some ten thousand elements. */
    private static int grain(Window w) {
        return Math.max(1, 4096 / (w.outWidth() * w.channels()));
    }

    @Override
    public void maxPool(Window w, Images x, Images y) {
        int images = x.count();
        if (!PoolingKernels.suits(w)) {
            super.maxPool(w, x, y);
            return;
        }
        float[] xv = x.floats();
        float[] yv = y.floats();
        threads.parallelFor(
                images * w.outHeight(),
                grain(w),
                (from, to) -> {
                    for (int row = from; row < to; row++) {
                        PoolingKernels.max(w, xv, yv, row);
                    }
                });
    }

    @Override
    public void maxPoolGradient(Window w, Images x, Images y, Images dy, Matrix dx) {
        int images = x.count();
        if (!PoolingKernels.suits(w)) {
            super.maxPoolGradient(w, x, y, dy, dx);
            return;
        }
        float[] xv = x.floats();
        float[] yv = y.floats();
        float[] dyv = dy.floats();
        float[] dxv = dx.floats();
        boolean accumulate = dx.accumulate();
        threads.parallelFor(
                images * w.outHeight(),
                grain(w),
                (from, to) -> {
                    for (int row = from; row < to; row++) {
                        PoolingKernels.maxGradient(w, xv, yv, dyv, accumulate, dxv, row);
                    }
                });
    }

    @Override
    public void averagePool(Window w, Images x, Images y) {
        int images = x.count();
        if (!PoolingKernels.suits(w)) {
            super.averagePool(w, x, y);
            return;
        }
        float[] xv = x.floats();
        float[] yv = y.floats();
        threads.parallelFor(
                images * w.outHeight(),
                grain(w),
                (from, to) -> {
                    for (int row = from; row < to; row++) {
                        PoolingKernels.average(w, xv, yv, row);
                    }
                });
    }

    @Override
    public void averagePoolGradient(Window w, Images dy, Matrix dx) {
        int images = dy.count();
        if (!PoolingKernels.suits(w)) {
            super.averagePoolGradient(w, dy, dx);
            return;
        }
        float[] dyv = dy.floats();
        float[] dxv = dx.floats();
        boolean accumulate = dx.accumulate();
        threads.parallelFor(
                images * w.outHeight(),
                grain(w),
                (from, to) -> {
                    for (int row = from; row < to; row++) {
                        PoolingKernels.averageGradient(w, dyv, accumulate, dxv, row);
                    }
                });
    }
}

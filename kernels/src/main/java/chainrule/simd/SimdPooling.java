package chainrule.simd;

import static chainrule.backend.cpu.Float32Backend.f32;

import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.backend.Window;
import chainrule.backend.cpu.Float32Images;

/** Pooling; windows other than 2 × 2 are left to the plain loops. Threads share the rows of the output. */
interface SimdPooling extends Float32Images {

    /** Output rows worth a hand-over to another thread: some ten thousand numbers. */
    private static int grain(Window w) {
        return Math.max(1, 4096 / (w.outWidth() * w.channels()));
    }

    @Override
    default void maxPool(Window w, int images, Buffer x, Buffer y) {
        if (!PoolingKernels.suits(w)) {
            Float32Images.super.maxPool(w, images, x, y);
            return;
        }
        float[] xv = f32(x);
        float[] yv = f32(y);
        workers()
                .loop(
                        images * w.outHeight(),
                        grain(w),
                        (from, to) -> {
                            for (int row = from; row < to; row++) {
                                PoolingKernels.max(w, xv, yv, row);
                            }
                        });
    }

    @Override
    default void maxPoolGradient(Window w, int images, Buffer x, Buffer y, Buffer dy, Target dx) {
        if (!PoolingKernels.suits(w)) {
            Float32Images.super.maxPoolGradient(w, images, x, y, dy, dx);
            return;
        }
        float[] xv = f32(x);
        float[] yv = f32(y);
        float[] dyv = f32(dy);
        float[] dxv = f32(dx.buffer());
        boolean accumulate = dx.accumulate();
        workers()
                .loop(
                        images * w.outHeight(),
                        grain(w),
                        (from, to) -> {
                            for (int row = from; row < to; row++) {
                                PoolingKernels.maxGradient(w, xv, yv, dyv, accumulate, dxv, row);
                            }
                        });
    }

    @Override
    default void averagePool(Window w, int images, Buffer x, Buffer y) {
        if (!PoolingKernels.suits(w)) {
            Float32Images.super.averagePool(w, images, x, y);
            return;
        }
        float[] xv = f32(x);
        float[] yv = f32(y);
        workers()
                .loop(
                        images * w.outHeight(),
                        grain(w),
                        (from, to) -> {
                            for (int row = from; row < to; row++) {
                                PoolingKernels.average(w, xv, yv, row);
                            }
                        });
    }

    @Override
    default void averagePoolGradient(Window w, int images, Buffer dy, Target dx) {
        if (!PoolingKernels.suits(w)) {
            Float32Images.super.averagePoolGradient(w, images, dy, dx);
            return;
        }
        float[] dyv = f32(dy);
        float[] dxv = f32(dx.buffer());
        boolean accumulate = dx.accumulate();
        workers()
                .loop(
                        images * w.outHeight(),
                        grain(w),
                        (from, to) -> {
                            for (int row = from; row < to; row++) {
                                PoolingKernels.averageGradient(w, dyv, accumulate, dxv, row);
                            }
                        });
    }
}

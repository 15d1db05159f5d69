package chainrule.cuda;

import chainrule.backend.Buffer;
import chainrule.backend.Elementwise;
import chainrule.backend.Target;

import java.util.EnumSet;
import java.util.Set;

/** Elementwise functions and arithmetic: elementwise.cu, dropout.cu. */
interface CudaElementwise extends CudaHost {
    /** Functions whose derivative is simpler in y; the others' kernels are given x. */
    Set<Elementwise> BY_Y = EnumSet.of(Elementwise.TANH, Elementwise.SIGMOID);

    @Override
    default void map(Elementwise f, double a, Buffer x, Buffer y) {
        if (f == Elementwise.IDENTITY) {
            if (x != y) {
                copy(x, y);
            }
            return;
        }
        int n = x.length();
        on(Kernel.valueOf("MAP_" + f.name()), n).i32(n).f32(a).buffers(x, y).elements(n);
    }

    @Override
    default void mapGradient(Elementwise f, double a, Buffer x, Buffer y, Buffer dy, Target dx) {
        int n = x.length();
        Buffer sum = dx.toAddTo(this);
        if (f == Elementwise.IDENTITY) {
            on(Kernel.AXPY, n).i32(n).f32(1).buffers(dy, sum).elements(n);
            return;
        }
        Buffer given = BY_Y.contains(f) ? y : x;
        on(Kernel.valueOf("MAP_GRADIENT_" + f.name()), n).i32(n).f32(a).buffers(given, dy, sum).elements(n);
    }

    @Override
    default void add(Buffer x, Buffer y, Buffer z) {
        int n = x.length();
        on(Kernel.ADD, n).i32(n).buffers(x, y, z).elements(n);
    }

    @Override
    default void axpy(double alpha, Buffer x, Buffer y) {
        int n = x.length();
        on(Kernel.AXPY, n).i32(n).f32(alpha).buffers(x, y).elements(n);
    }

    @Override
    default void scale(double alpha, Buffer x) {
        int n = x.length();
        on(Kernel.SCALE, n).i32(n).f32(alpha).buffers(x).elements(n);
    }

    @Override
    default void clamp(double limit, Buffer x) {
        int n = x.length();
        on(Kernel.CLAMP, n).i32(n).f32(limit).buffers(x).elements(n);
    }

    @Override
    default void multiply(Buffer x, Buffer y, boolean accumulate, Buffer z) {
        int n = x.length();
        on(accumulate ? Kernel.MULTIPLY_ADD : Kernel.MULTIPLY, n).i32(n).buffers(x, y, z).elements(n);
    }

    @Override
    default void dropoutMask(long key, double rate, Buffer mask) {
        int n = mask.length();
        on(Kernel.DROPOUT_MASK, n)
                .i32(n)
                .i32((int) key)
                .i32((int) (key >>> 32))
                .f32(rate)
                .f32(1 / (1 - rate))
                .buffers(mask)
                .threads(Math.ceilDiv(n, 4));
    }
}

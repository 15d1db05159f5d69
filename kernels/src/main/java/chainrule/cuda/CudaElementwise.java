package chainrule.cuda;

import chainrule.backend.Buffer;
import chainrule.backend.Elementwise;
import chainrule.backend.Target;

/** Elementwise functions and arithmetic: elementwise.cu, dropout.cu. */
interface CudaElementwise extends CudaHost {
    @Override
    default void map(Elementwise f, double a, Buffer x, Buffer y) {
        int n = x.length();
        Kernel kernel = map(f);
        if (kernel != null) {
            on(kernel, n).i32(n).f32(a).buffers(x, y).elements(n);
        } else if (x != y) {
            copy(x, y);
        }
    }

    /** The kernel of a function, null for a copy. A switch expression, so that a function without one does not compile. */
    private static Kernel map(Elementwise f) {
        return switch (f) {
            case IDENTITY -> null;
            case RELU -> Kernel.MAP_RELU;
            case LEAKY_RELU -> Kernel.MAP_LEAKY_RELU;
            case TANH -> Kernel.MAP_TANH;
            case SIGMOID -> Kernel.MAP_SIGMOID;
            case LECUN -> Kernel.MAP_LECUN;
            case GELU -> Kernel.MAP_GELU;
        };
    }

    @Override
    default void mapGradient(Elementwise f, double a, Buffer x, Buffer y, Buffer dy, Target dx) {
        int n = x.length();
        Buffer sum = dx.toAddTo(this);
        Kernel kernel = mapGradient(f);
        if (kernel == Kernel.AXPY) {
            on(kernel, n).i32(n).f32(1).buffers(dy, sum).elements(n);
        } else {
            on(kernel, n).i32(n).f32(a).buffers(derivativeOfY(f) ? y : x, dy, sum).elements(n);
        }
    }

    /** The kernel of a function's gradient. */
    private static Kernel mapGradient(Elementwise f) {
        return switch (f) {
            case IDENTITY -> Kernel.AXPY;
            case RELU -> Kernel.MAP_GRADIENT_RELU;
            case LEAKY_RELU -> Kernel.MAP_GRADIENT_LEAKY_RELU;
            case TANH -> Kernel.MAP_GRADIENT_TANH;
            case SIGMOID -> Kernel.MAP_GRADIENT_SIGMOID;
            case LECUN -> Kernel.MAP_GRADIENT_LECUN;
            case GELU -> Kernel.MAP_GRADIENT_GELU;
        };
    }

    /** Whether the derivative is simpler in y, which the kernel is given then instead of x. */
    private static boolean derivativeOfY(Elementwise f) {
        return switch (f) {
            case TANH, SIGMOID -> true;
            case IDENTITY, RELU, LEAKY_RELU, LECUN, GELU -> false;
        };
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

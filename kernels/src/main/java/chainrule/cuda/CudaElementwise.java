package chainrule.cuda;

import chainrule.backend.Elementwise;
import chainrule.backend.ElementwisePrimitives;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;

/** Elementwise functions and arithmetic: elementwise.cu. */
final class CudaElementwise implements ElementwisePrimitives {
    private final CudaStream stream;

    CudaElementwise(CudaStream stream) {
        this.stream = stream;
    }

    @Override
    public void fill(Matrix x, double value) {
        stream.fill(x, value);
    }

    @Override
    public void copy(Matrix from, Matrix to) {
        stream.copy(from, to);
    }

    @Override
    public void map(Elementwise f, double a, Matrix x, Matrix y) {
        int n = x.elements();
        Kernel kernel = Kernel.map(f);
        if (kernel != null) {
            stream.on(kernel, n).i32(n).f32(a).buffers(x, y).elements(n);
        } else if (x.buffer() != y.buffer()) {
            copy(x, y);
        }
    }

    @Override
    public void mapGradient(Elementwise f, double a, Matrix x, Matrix y, Matrix dy, Matrix dx) {
        int n = x.elements();
        Buffer sum = stream.toAddTo(dx);
        Kernel kernel = Kernel.mapGradient(f);
        if (kernel == Kernel.AXPY) {
            stream.on(kernel, n).i32(n).f32(1).buffers(dy, sum).elements(n);
        } else {
            stream.on(kernel, n).i32(n).f32(a).buffers(Kernel.readsOutput(f) ? y : x, dy, sum).elements(n);
        }
    }

    @Override
    public void add(Matrix x, Matrix y, Matrix z) {
        int n = x.elements();
        stream.on(Kernel.ADD, n).i32(n).buffers(x, y, z).elements(n);
    }

    @Override
    public void axpy(double alpha, Matrix x, Matrix y) {
        int n = x.elements();
        stream.on(Kernel.AXPY, n).i32(n).f32(alpha).buffers(x, y).elements(n);
    }

    @Override
    public void scale(double alpha, Matrix x) {
        int n = x.elements();
        stream.on(Kernel.SCALE, n).i32(n).f32(alpha).buffers(x).elements(n);
    }

    @Override
    public void clamp(double limit, Matrix x) {
        int n = x.elements();
        stream.on(Kernel.CLAMP, n).i32(n).f32(limit).buffers(x).elements(n);
    }

    @Override
    public void multiply(Matrix x, Matrix y, Matrix z) {
        int n = x.elements();
        stream.on(z.accumulate() ? Kernel.MULTIPLY_ADD : Kernel.MULTIPLY, n).i32(n).buffers(x, y, z).elements(n);
    }
}

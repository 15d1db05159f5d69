package chainrule.simd;

import chainrule.backend.Elementwise;
import chainrule.backend.Matrix;
import chainrule.backend.ejml.EjmlElementwise;
import chainrule.backend.ejml.ThreadPool;

import java.util.Arrays;

/** Elementwise functions and arithmetic in vectors. */
final class SimdElementwise extends EjmlElementwise {
    /** Elements worth a hand-over to another thread: 256 KB, some ten microseconds. */
    private static final int COPY_GRAIN = 65_536;

    SimdElementwise(ThreadPool threads) {
        super(threads);
    }

    /** Threads share a long fill, because one thread does not reach the memory bandwidth. */
    @Override
    public void fill(Matrix x, double value) {
        float[] xv = x.floats();
        threads.parallelFor(x.elements(), COPY_GRAIN, (from, to) -> Arrays.fill(xv, from, to, (float) value));
    }

    @Override
    public void copy(Matrix from, Matrix to) {
        float[] source = from.floats();
        float[] target = to.floats();
        threads.parallelFor(from.elements(), COPY_GRAIN, (i, j) -> System.arraycopy(source, i, target, i, j - i));
    }

    @Override
    public void map(Elementwise f, double a, Matrix x, Matrix y) {
        float[] xv = x.floats();
        float[] yv = y.floats();
        ActivationKernels.ValueLoop loop = ActivationKernels.map(f);
        int cost = ActivationKernels.cost(f);
        Loops.vectors(threads, x.elements(), cost, (from, to) -> loop.run((float) a, xv, yv, from, to), yv);
    }

    @Override
    public void mapGradient(Elementwise f, double a, Matrix x, Matrix y, Matrix dy, Matrix dx) {
        float[] xv = x.floats();
        float[] yv = y.floats();
        float[] dyv = dy.floats();
        float[] dxv = dx.floats();
        boolean accumulate = dx.accumulate();
        ActivationKernels.GradientLoop loop = ActivationKernels.mapGradient(f);
        Loops.vectors(
                threads,
                x.elements(),
                ActivationKernels.gradientCost(f),
                (from, to) -> loop.run((float) a, xv, yv, dyv, accumulate, dxv, from, to),
                dxv);
    }

    @Override
    public void add(Matrix x, Matrix y, Matrix z) {
        float[] xv = x.floats();
        float[] yv = y.floats();
        float[] zv = z.floats();
        Loops.vectors(threads, x.elements(), 1, (from, to) -> ArithmeticKernels.add(xv, yv, zv, from, to), zv);
    }

    @Override
    public void axpy(double alpha, Matrix x, Matrix y) {
        float[] xv = x.floats();
        float[] yv = y.floats();
        Loops.vectors(
                threads, x.elements(), 1, (from, to) -> ArithmeticKernels.axpy((float) alpha, xv, yv, from, to), yv);
    }

    @Override
    public void scale(double alpha, Matrix x) {
        float[] xv = x.floats();
        Loops.vectors(threads, x.elements(), 1, (from, to) -> ArithmeticKernels.scale((float) alpha, xv, from, to), xv);
    }

    @Override
    public void clamp(double limit, Matrix x) {
        float[] xv = x.floats();
        Loops.vectors(threads, x.elements(), 1, (from, to) -> ArithmeticKernels.clamp((float) limit, xv, from, to), xv);
    }

    @Override
    public void multiply(Matrix x, Matrix y, Matrix z) {
        boolean accumulate = z.accumulate();
        float[] xv = x.floats();
        float[] yv = y.floats();
        float[] zv = z.floats();
        if (accumulate) {
            Loops.vectors(
                    threads, x.elements(), 1, (from, to) -> ArithmeticKernels.multiplyAdd(xv, yv, zv, from, to), zv);
        } else {
            Loops.vectors(threads, x.elements(), 1, (from, to) -> ArithmeticKernels.multiply(xv, yv, zv, from, to), zv);
        }
    }
}

package chainrule.backend.ejml;

import static chainrule.backend.ejml.ThreadPool.GRAIN;

import chainrule.backend.Elementwise;
import chainrule.backend.ElementwisePrimitives;
import chainrule.backend.Matrix;

import java.util.Arrays;

/** Elementwise loops over {@code float[]}; the formulas are in the table {@link Elementwise}. */
public class EjmlElementwise implements ElementwisePrimitives {
    /** The threads that share a loop. */
    protected final ThreadPool threads;

    public EjmlElementwise(ThreadPool threads) {
        this.threads = threads;
    }

    /** The elements of a result that a loop adds to: zeros at first if it has no contribution yet. */
    public static float[] toAddTo(Matrix sum) {
        float[] elements = sum.floats();
        if (!sum.accumulate()) {
            Arrays.fill(elements, 0, sum.elements(), 0);
        }
        return elements;
    }

    @Override
    public void fill(Matrix x, double value) {
        Arrays.fill(x.floats(), 0, x.elements(), (float) value);
    }

    @Override
    public void copy(Matrix from, Matrix to) {
        System.arraycopy(from.floats(), 0, to.floats(), 0, from.elements());
    }

    @Override
    public void map(Elementwise f, double a, Matrix x, Matrix y) {
        float[] xv = x.floats();
        float[] yv = y.floats();
        EjmlFunctions.ValueLoop loop = EjmlFunctions.map(f);
        threads.parallelFor(x.elements(), GRAIN, (from, to) -> loop.run((float) a, xv, yv, from, to));
    }

    @Override
    public void mapGradient(Elementwise f, double a, Matrix x, Matrix y, Matrix dy, Matrix dx) {
        float[] xv = x.floats();
        float[] yv = y.floats();
        float[] dyv = dy.floats();
        float[] dxv = toAddTo(dx);
        EjmlFunctions.GradientLoop loop = EjmlFunctions.mapGradient(f);
        threads.parallelFor(x.elements(), GRAIN, (from, to) -> loop.run((float) a, xv, yv, dyv, dxv, from, to));
    }

    @Override
    public void add(Matrix x, Matrix y, Matrix z) {
        float[] xv = x.floats();
        float[] yv = y.floats();
        float[] zv = z.floats();
        threads.parallelFor(
                x.elements(),
                GRAIN,
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        zv[i] = xv[i] + yv[i];
                    }
                });
    }

    @Override
    public void axpy(double alpha, Matrix x, Matrix y) {
        float[] xv = x.floats();
        float[] yv = y.floats();
        float al = (float) alpha;
        threads.parallelFor(
                x.elements(),
                GRAIN,
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        yv[i] += al * xv[i];
                    }
                });
    }

    @Override
    public void scale(double alpha, Matrix x) {
        float[] xv = x.floats();
        float al = (float) alpha;
        threads.parallelFor(
                x.elements(),
                GRAIN,
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        xv[i] *= al;
                    }
                });
    }

    @Override
    public void clamp(double limit, Matrix x) {
        float[] xv = x.floats();
        float most = (float) limit;
        threads.parallelFor(
                x.elements(),
                GRAIN,
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        xv[i] = Math.max(-most, Math.min(most, xv[i]));
                    }
                });
    }

    @Override
    public void multiply(Matrix x, Matrix y, Matrix z) {
        boolean accumulate = z.accumulate();
        float[] xv = x.floats();
        float[] yv = y.floats();
        float[] zv = z.floats();
        threads.parallelFor(
                x.elements(),
                GRAIN,
                (from, to) -> {
                    if (accumulate) {
                        for (int i = from; i < to; i++) {
                            zv[i] += xv[i] * yv[i];
                        }
                    } else {
                        for (int i = from; i < to; i++) {
                            zv[i] = xv[i] * yv[i];
                        }
                    }
                });
    }
}

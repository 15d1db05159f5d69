package chainrule.backend.reference;

import chainrule.backend.Elementwise;
import chainrule.backend.ElementwisePrimitives;
import chainrule.backend.Matrix;

import java.util.Arrays;

/** One loop over all elements, one element at a time. */
final class ReferenceElementwise implements ElementwisePrimitives {

    /** The elements of a result that a loop adds to: zeros at first if it has no contribution yet. */
    static double[] toAddTo(Matrix sum) {
        double[] elements = sum.doubles();
        if (!sum.accumulate()) {
            Arrays.fill(elements, 0, sum.elements(), 0);
        }
        return elements;
    }

    @Override
    public void fill(Matrix x, double value) {
        Arrays.fill(x.doubles(), 0, x.elements(), value);
    }

    @Override
    public void copy(Matrix from, Matrix to) {
        System.arraycopy(from.doubles(), 0, to.doubles(), 0, from.elements());
    }

    @Override
    public void map(Elementwise f, double a, Matrix x, Matrix y) {
        double[] xv = x.doubles();
        double[] yv = y.doubles();
        int n = x.elements();
        for (int i = 0; i < n; i++) {
            yv[i] = f.value(xv[i], a);
        }
    }

    @Override
    public void mapGradient(Elementwise f, double a, Matrix x, Matrix y, Matrix dy, Matrix dx) {
        double[] xv = x.doubles();
        double[] yv = y.doubles();
        double[] dyv = dy.doubles();
        double[] dxv = toAddTo(dx);
        int n = x.elements();
        for (int i = 0; i < n; i++) {
            dxv[i] += f.gradient(xv[i], yv[i], dyv[i], a);
        }
    }

    @Override
    public void add(Matrix x, Matrix y, Matrix z) {
        double[] xv = x.doubles();
        double[] yv = y.doubles();
        double[] zv = z.doubles();
        int n = x.elements();
        for (int i = 0; i < n; i++) {
            zv[i] = xv[i] + yv[i];
        }
    }

    @Override
    public void axpy(double alpha, Matrix x, Matrix y) {
        double[] xv = x.doubles();
        double[] yv = y.doubles();
        int n = x.elements();
        for (int i = 0; i < n; i++) {
            yv[i] += alpha * xv[i];
        }
    }

    @Override
    public void scale(double alpha, Matrix x) {
        double[] xv = x.doubles();
        int n = x.elements();
        for (int i = 0; i < n; i++) {
            xv[i] *= alpha;
        }
    }

    @Override
    public void clamp(double limit, Matrix x) {
        double[] xv = x.doubles();
        int n = x.elements();
        for (int i = 0; i < n; i++) {
            xv[i] = Math.max(-limit, Math.min(limit, xv[i]));
        }
    }

    @Override
    public void multiply(Matrix x, Matrix y, Matrix z) {
        double[] xv = x.doubles();
        double[] yv = y.doubles();
        double[] zv = z.doubles();
        int n = x.elements();
        for (int i = 0; i < n; i++) {
            zv[i] = (z.accumulate() ? zv[i] : 0) + xv[i] * yv[i];
        }
    }
}

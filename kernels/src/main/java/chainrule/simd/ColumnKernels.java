package chainrule.simd;

import static chainrule.simd.Lanes.before;
import static chainrule.simd.Lanes.broadcast;
import static chainrule.simd.Lanes.load;
import static chainrule.simd.Lanes.zero;

import jdk.incubator.vector.FloatVector;

/**
 * Loops down one vector of columns, rows first … last − 1 of a matrix whose rows are {@code cols} long. Sums use four
 * accumulators, because one would wait four cycles for every addition; they are added in a fixed order.
 */
final class ColumnKernels {
    private ColumnKernels() {}

    /** out[at …] = Σ x. */
    static void sum(float[] x, int first, int last, int cols, int j, float[] out, int at) {
        FloatVector a = zero();
        FloatVector b = zero();
        FloatVector c = zero();
        FloatVector d = zero();
        int i = first;
        for (; i + 4 <= last; i += 4) {
            int p = i * cols + j;
            a = a.add(load(x, p));
            b = b.add(load(x, p + cols));
            c = c.add(load(x, p + 2 * cols));
            d = d.add(load(x, p + 3 * cols));
        }
        for (; i < last; i++) {
            a = a.add(load(x, i * cols + j));
        }
        a.add(b).add(c.add(d)).intoArray(out, at);
    }

    /** out[at …] = Σ (x − centre)², where the centre stands at out[centre …]. */
    static void sumSquares(float[] x, int first, int last, int cols, int j, float[] out, int centre, int at) {
        FloatVector mean = load(out, centre);
        FloatVector a = zero();
        FloatVector b = zero();
        int i = first;
        for (; i + 2 <= last; i += 2) {
            int p = i * cols + j;
            FloatVector u = load(x, p).sub(mean);
            FloatVector v = load(x, p + cols).sub(mean);
            a = u.fma(u, a);
            b = v.fma(v, b);
        }
        if (i < last) {
            FloatVector u = load(x, i * cols + j).sub(mean);
            a = u.fma(u, a);
        }
        a.add(b).intoArray(out, at);
    }

    /** out[at …] = Σ dy and out[at2 …] = Σ dy ⊙ (x − μ). */
    static void gradientSums(
            float[] x, float[] mean, float[] dy, int first, int last, int cols, int j, float[] out, int at, int at2) {
        FloatVector mu = load(mean, j);
        FloatVector a = zero();
        FloatVector b = zero();
        FloatVector p = zero();
        FloatVector q = zero();
        int i = first;
        for (; i + 2 <= last; i += 2) {
            int o = i * cols + j;
            FloatVector u = load(dy, o);
            FloatVector v = load(dy, o + cols);
            a = a.add(u);
            b = b.add(v);
            p = u.fma(load(x, o).sub(mu), p);
            q = v.fma(load(x, o + cols).sub(mu), q);
        }
        if (i < last) {
            FloatVector u = load(dy, i * cols + j);
            a = a.add(u);
            p = u.fma(load(x, i * cols + j).sub(mu), p);
        }
        a.add(b).intoArray(out, at);
        p.add(q).intoArray(out, at2);
    }

    /** y = x + row. */
    static void addRow(float[] x, float[] row, float[] y, int first, int last, int cols, int j) {
        FloatVector r = load(row, j);
        for (int i = first; i < last; i++) {
            load(x, i * cols + j).add(r).intoArray(y, i * cols + j);
        }
    }

    /** y = scale·(x − μ) + β. */
    static void normalize(
            float[] x, float[] mean, float[] scale, float[] beta, float[] y, int first, int last, int cols, int j) {
        FloatVector mu = load(mean, j);
        FloatVector s = load(scale, j);
        FloatVector b = load(beta, j);
        for (int i = first; i < last; i++) {
            load(x, i * cols + j).sub(mu).fma(s, b).intoArray(y, i * cols + j);
        }
    }

    /** dx += scale·dy − fromX·(x − μ) − constant, or = where it does not accumulate. */
    static void normalizeGradient(
            float[] x,
            float[] mean,
            float[] dy,
            float[] scale,
            float[] fromX,
            float[] constant,
            boolean accumulate,
            float[] dx,
            int first,
            int last,
            int cols,
            int j) {
        FloatVector mu = load(mean, j);
        FloatVector s = load(scale, j);
        FloatVector f = load(fromX, j).neg();
        FloatVector c = load(constant, j);
        for (int i = first; i < last; i++) {
            int p = i * cols + j;
            FloatVector throughMoments = load(x, p).sub(mu).fma(f, before(accumulate, dx, p).sub(c));
            load(dy, p).fma(s, throughMoments).intoArray(dx, p);
        }
    }

    static FloatVector average(FloatVector sum, int n) {
        return sum.mul(broadcast(1f / n));
    }
}

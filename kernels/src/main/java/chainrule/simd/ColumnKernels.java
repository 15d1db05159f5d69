package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.before;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * Loops down one vector of columns, rows first … last − 1 of a matrix whose rows are {@code cols} long. Sums use four
 * accumulators, because one would wait four cycles for every addition; they are added in a fixed order.
 */
final class ColumnKernels {
    private ColumnKernels() {}

    /** out[at …] = Σ x. */
    static void sum(float[] x, int first, int last, int cols, int j, float[] out, int at) {
        FloatVector a = zero(FLOATS);
        FloatVector b = zero(FLOATS);
        FloatVector c = zero(FLOATS);
        FloatVector d = zero(FLOATS);
        int i = first;
        for (; i + 4 <= last; i += 4) {
            int p = i * cols + j;
            a = a.add(fromArray(FLOATS, x, p));
            b = b.add(fromArray(FLOATS, x, p + cols));
            c = c.add(fromArray(FLOATS, x, p + 2 * cols));
            d = d.add(fromArray(FLOATS, x, p + 3 * cols));
        }
        for (; i < last; i++) {
            a = a.add(fromArray(FLOATS, x, i * cols + j));
        }
        a.add(b).add(c.add(d)).intoArray(out, at);
    }

    /** out[at …] = Σ (x − centre)², where the centre stands at out[centre …]. */
    static void sumSquares(float[] x, int first, int last, int cols, int j, float[] out, int centre, int at) {
        FloatVector mean = fromArray(FLOATS, out, centre);
        FloatVector a = zero(FLOATS);
        FloatVector b = zero(FLOATS);
        int i = first;
        for (; i + 2 <= last; i += 2) {
            int p = i * cols + j;
            FloatVector u = fromArray(FLOATS, x, p).sub(mean);
            FloatVector v = fromArray(FLOATS, x, p + cols).sub(mean);
            a = u.fma(u, a);
            b = v.fma(v, b);
        }
        if (i < last) {
            FloatVector u = fromArray(FLOATS, x, i * cols + j).sub(mean);
            a = u.fma(u, a);
        }
        a.add(b).intoArray(out, at);
    }

    /** out[at …] = Σ dy and out[at2 …] = Σ dy ⊙ (x − μ). */
    static void gradientSums(
            float[] x, float[] mean, float[] dy, int first, int last, int cols, int j, float[] out, int at, int at2) {
        FloatVector mu = fromArray(FLOATS, mean, j);
        FloatVector a = zero(FLOATS);
        FloatVector b = zero(FLOATS);
        FloatVector p = zero(FLOATS);
        FloatVector q = zero(FLOATS);
        int i = first;
        for (; i + 2 <= last; i += 2) {
            int o = i * cols + j;
            FloatVector u = fromArray(FLOATS, dy, o);
            FloatVector v = fromArray(FLOATS, dy, o + cols);
            a = a.add(u);
            b = b.add(v);
            p = u.fma(fromArray(FLOATS, x, o).sub(mu), p);
            q = v.fma(fromArray(FLOATS, x, o + cols).sub(mu), q);
        }
        if (i < last) {
            FloatVector u = fromArray(FLOATS, dy, i * cols + j);
            a = a.add(u);
            p = u.fma(fromArray(FLOATS, x, i * cols + j).sub(mu), p);
        }
        a.add(b).intoArray(out, at);
        p.add(q).intoArray(out, at2);
    }

    /** y = x + row. */
    static void addRow(float[] x, float[] row, float[] y, int first, int last, int cols, int j) {
        FloatVector r = fromArray(FLOATS, row, j);
        for (int i = first; i < last; i++) {
            fromArray(FLOATS, x, i * cols + j).add(r).intoArray(y, i * cols + j);
        }
    }

    /** y = scale·(x − μ) + β. */
    static void normalize(
            float[] x, float[] mean, float[] scale, float[] beta, float[] y, int first, int last, int cols, int j) {
        FloatVector mu = fromArray(FLOATS, mean, j);
        FloatVector s = fromArray(FLOATS, scale, j);
        FloatVector b = fromArray(FLOATS, beta, j);
        for (int i = first; i < last; i++) {
            fromArray(FLOATS, x, i * cols + j).sub(mu).fma(s, b).intoArray(y, i * cols + j);
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
        FloatVector mu = fromArray(FLOATS, mean, j);
        FloatVector s = fromArray(FLOATS, scale, j);
        FloatVector f = fromArray(FLOATS, fromX, j).neg();
        FloatVector c = fromArray(FLOATS, constant, j);
        for (int i = first; i < last; i++) {
            int p = i * cols + j;
            FloatVector throughMoments = fromArray(FLOATS, x, p).sub(mu).fma(f, before(accumulate, dx, p).sub(c));
            fromArray(FLOATS, dy, p).fma(s, throughMoments).intoArray(dx, p);
        }
    }

    static FloatVector average(FloatVector sum, int n) {
        return sum.mul(broadcast(FLOATS, 1f / n));
    }
}

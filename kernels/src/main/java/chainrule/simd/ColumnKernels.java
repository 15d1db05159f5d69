package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.before;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * Loops along the rows first … last − 1 of a matrix whose rows are {@code cols} long. Memory is read in order, line
 * after line, as far as registers allow: maps walk along whole rows, sums down two vectors of columns at a time. Sums
 * use several accumulators per column, because one would wait four cycles for each addition; they are added in a fixed
 * order.
 */
final class ColumnKernels {
    private ColumnKernels() {}

    /** out[at …] = Σ x, two vectors from column j on. */
    static void sum(float[] x, int first, int last, int cols, int j, float[] out, int at) {
        FloatVector a0 = zero(FLOATS);
        FloatVector b0 = zero(FLOATS);
        FloatVector c0 = zero(FLOATS);
        FloatVector d0 = zero(FLOATS);
        FloatVector a1 = zero(FLOATS);
        FloatVector b1 = zero(FLOATS);
        FloatVector c1 = zero(FLOATS);
        FloatVector d1 = zero(FLOATS);
        int i = first;
        for (; i + 4 <= last; i += 4) {
            int p = i * cols + j;
            a0 = a0.add(fromArray(FLOATS, x, p));
            a1 = a1.add(fromArray(FLOATS, x, p + LANES));
            p += cols;
            b0 = b0.add(fromArray(FLOATS, x, p));
            b1 = b1.add(fromArray(FLOATS, x, p + LANES));
            p += cols;
            c0 = c0.add(fromArray(FLOATS, x, p));
            c1 = c1.add(fromArray(FLOATS, x, p + LANES));
            p += cols;
            d0 = d0.add(fromArray(FLOATS, x, p));
            d1 = d1.add(fromArray(FLOATS, x, p + LANES));
        }
        for (; i < last; i++) {
            a0 = a0.add(fromArray(FLOATS, x, i * cols + j));
            a1 = a1.add(fromArray(FLOATS, x, i * cols + j + LANES));
        }
        a0.add(b0).add(c0.add(d0)).intoArray(out, at);
        a1.add(b1).add(c1.add(d1)).intoArray(out, at + LANES);
    }

    /** out[at …] = Σ (x − center)² and out[at2 …] = Σ (x − center), two vectors; the centers are at out[center …]. */
    static void sumSquares(float[] x, int first, int last, int cols, int j, float[] out, int center, int at, int at2) {
        FloatVector mean0 = fromArray(FLOATS, out, center);
        FloatVector mean1 = fromArray(FLOATS, out, center + LANES);
        FloatVector a0 = zero(FLOATS);
        FloatVector b0 = zero(FLOATS);
        FloatVector a1 = zero(FLOATS);
        FloatVector b1 = zero(FLOATS);
        FloatVector p0 = zero(FLOATS);
        FloatVector q0 = zero(FLOATS);
        FloatVector p1 = zero(FLOATS);
        FloatVector q1 = zero(FLOATS);
        int i = first;
        for (; i + 2 <= last; i += 2) {
            int p = i * cols + j;
            FloatVector u0 = fromArray(FLOATS, x, p).sub(mean0);
            FloatVector u1 = fromArray(FLOATS, x, p + LANES).sub(mean1);
            FloatVector v0 = fromArray(FLOATS, x, p + cols).sub(mean0);
            FloatVector v1 = fromArray(FLOATS, x, p + cols + LANES).sub(mean1);
            a0 = u0.fma(u0, a0);
            a1 = u1.fma(u1, a1);
            b0 = v0.fma(v0, b0);
            b1 = v1.fma(v1, b1);
            p0 = p0.add(u0);
            p1 = p1.add(u1);
            q0 = q0.add(v0);
            q1 = q1.add(v1);
        }
        if (i < last) {
            FloatVector u0 = fromArray(FLOATS, x, i * cols + j).sub(mean0);
            FloatVector u1 = fromArray(FLOATS, x, i * cols + j + LANES).sub(mean1);
            a0 = u0.fma(u0, a0);
            a1 = u1.fma(u1, a1);
            p0 = p0.add(u0);
            p1 = p1.add(u1);
        }
        a0.add(b0).intoArray(out, at);
        a1.add(b1).intoArray(out, at + LANES);
        p0.add(q0).intoArray(out, at2);
        p1.add(q1).intoArray(out, at2 + LANES);
    }

    /** out[at …] = Σ dy and out[at2 …] = Σ dy ⊙ (x − μ), two vectors from column j on. */
    static void gradientSums(
            float[] x, float[] mean, float[] dy, int first, int last, int cols, int j, float[] out, int at, int at2) {
        FloatVector mu0 = fromArray(FLOATS, mean, j);
        FloatVector mu1 = fromArray(FLOATS, mean, j + LANES);
        FloatVector a0 = zero(FLOATS);
        FloatVector b0 = zero(FLOATS);
        FloatVector p0 = zero(FLOATS);
        FloatVector q0 = zero(FLOATS);
        FloatVector a1 = zero(FLOATS);
        FloatVector b1 = zero(FLOATS);
        FloatVector p1 = zero(FLOATS);
        FloatVector q1 = zero(FLOATS);
        int i = first;
        for (; i + 2 <= last; i += 2) {
            int o = i * cols + j;
            FloatVector u0 = fromArray(FLOATS, dy, o);
            FloatVector u1 = fromArray(FLOATS, dy, o + LANES);
            FloatVector v0 = fromArray(FLOATS, dy, o + cols);
            FloatVector v1 = fromArray(FLOATS, dy, o + cols + LANES);
            a0 = a0.add(u0);
            a1 = a1.add(u1);
            b0 = b0.add(v0);
            b1 = b1.add(v1);
            p0 = u0.fma(fromArray(FLOATS, x, o).sub(mu0), p0);
            p1 = u1.fma(fromArray(FLOATS, x, o + LANES).sub(mu1), p1);
            q0 = v0.fma(fromArray(FLOATS, x, o + cols).sub(mu0), q0);
            q1 = v1.fma(fromArray(FLOATS, x, o + cols + LANES).sub(mu1), q1);
        }
        if (i < last) {
            int o = i * cols + j;
            FloatVector u0 = fromArray(FLOATS, dy, o);
            FloatVector u1 = fromArray(FLOATS, dy, o + LANES);
            a0 = a0.add(u0);
            a1 = a1.add(u1);
            p0 = u0.fma(fromArray(FLOATS, x, o).sub(mu0), p0);
            p1 = u1.fma(fromArray(FLOATS, x, o + LANES).sub(mu1), p1);
        }
        a0.add(b0).intoArray(out, at);
        a1.add(b1).intoArray(out, at + LANES);
        p0.add(q0).intoArray(out, at2);
        p1.add(q1).intoArray(out, at2 + LANES);
    }

    /** y = x + row. */
    static void addRow(float[] x, float[] row, float[] y, int first, int last, int cols) {
        for (int p = first * cols, j = 0; p < last * cols; p += LANES) {
            fromArray(FLOATS, x, p).add(fromArray(FLOATS, row, j)).intoArray(y, p);
            j = j + LANES == cols ? 0 : j + LANES;
        }
    }

    /** y = scale·(x − μ) + β. */
    static void normalize(
            float[] x, float[] mean, float[] scale, float[] beta, float[] y, int first, int last, int cols) {
        for (int p = first * cols, j = 0; p < last * cols; p += LANES) {
            fromArray(FLOATS, x, p)
                    .sub(fromArray(FLOATS, mean, j))
                    .fma(fromArray(FLOATS, scale, j), fromArray(FLOATS, beta, j))
                    .intoArray(y, p);
            j = j + LANES == cols ? 0 : j + LANES;
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
            int cols) {
        for (int p = first * cols, j = 0; p < last * cols; p += LANES) {
            FloatVector throughMoments =
                    fromArray(FLOATS, x, p)
                            .sub(fromArray(FLOATS, mean, j))
                            .fma(
                                    fromArray(FLOATS, fromX, j).neg(),
                                    before(accumulate, dx, p).sub(fromArray(FLOATS, constant, j)));
            fromArray(FLOATS, dy, p).fma(fromArray(FLOATS, scale, j), throughMoments).intoArray(dx, p);
            j = j + LANES == cols ? 0 : j + LANES;
        }
    }

    /** dx += scale·dy, or = where it does not accumulate, with one factor per column. */
    static void scaleColumns(float[] dy, float[] scale, boolean accumulate, float[] dx, int first, int last, int cols) {
        for (int p = first * cols, j = 0; p < last * cols; p += LANES) {
            fromArray(FLOATS, dy, p).fma(fromArray(FLOATS, scale, j), before(accumulate, dx, p)).intoArray(dx, p);
            j = j + LANES == cols ? 0 : j + LANES;
        }
    }

    /** Divides two vectors of sums at out[at …] by n, which makes them means. */
    static void average(float[] out, int at, int n) {
        FloatVector reciprocal = broadcast(FLOATS, 1f / n);
        fromArray(FLOATS, out, at).mul(reciprocal).intoArray(out, at);
        fromArray(FLOATS, out, at + LANES).mul(reciprocal).intoArray(out, at + LANES);
    }
}

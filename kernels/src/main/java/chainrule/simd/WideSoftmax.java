package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.before;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;

import jdk.incubator.vector.FloatVector;

import java.util.Arrays;

/**
 * Softmax and softmax cross-entropy of many classes, one row at a time along its columns. A row of 1000 classes stays in
 * the first-level cache from its maximum to the last pass over it.
 *
 * <p>A sum over a row has the same bits for any number of threads and any vector width: it consists of sixteen running
 * sums in float, of the columns 0, 16, 32 …, of the columns 1, 17, 33 … and so on, which are added in double, in order.
 * Narrow vectors compute them in several passes over e^(z − max), which is stored. {@code reduceLanes(ADD)} is not used:
 * it may add in any order.
 *
 * <p>The last columns, up to fifteen, are copied into a buffer, because the elements after them belong to the next row,
 * which another thread may write.
 *
 * <p>The maximum ignores NaN. A NaN logit nevertheless makes its row NaN, because Σ e^(z − max) becomes NaN; so does a
 * maximum of ±∞, because ∞ − ∞ is NaN.
 */
final class WideSoftmax {
    /** Running sums of a row: as many as the widest vector has lanes. */
    private static final int SUMS = 16;

    private final int cols;

    /** The columns before the last incomplete group of sixteen. */
    private final int whole;

    /** e^(z − max) of the current row, up to a whole group. */
    private final float[] e;

    /** The last columns of the current row of each operand, up to a whole group. */
    private final float[] tail = new float[SUMS];

    private final float[] otherTail = new float[SUMS];
    private final float[] sums = new float[3 * SUMS];

    private WideSoftmax(int cols) {
        this.cols = cols;
        whole = cols - cols % SUMS;
        e = Scratch.mine().array(Scratch.Use.PLANES, whole + SUMS);
    }

    /** A gradient to write. @param accumulate true to add to the elements, false to overwrite them */
    record Target(float[] elements, boolean accumulate) {}

    /** y = softmax(x) in the rows first … last − 1. */
    static void softmax(float[] x, float[] y, int first, int last, int cols) {
        WideSoftmax row = new WideSoftmax(cols);
        for (int i = first; i < last; i++) {
            row.exponentials(x, i * cols);
            float scale = (float) (1 / row.sumOfExponentials());
            row.scaled(scale, y, i * cols);
        }
    }

    private void scaled(float scale, float[] y, int from) {
        FloatVector s = broadcast(FLOATS, scale);
        for (int j = 0; j < whole; j += LANES) {
            fromArray(FLOATS, e, j).mul(s).intoArray(y, from + j);
        }
        for (int j = whole; j < cols; j++) {
            y[from + j] = e[j] * scale;
        }
    }

    /** dx += y ⊙ (dy − Σ dy ⊙ y) in the rows first … last − 1, with the sum over each row. */
    static void gradient(float[] y, float[] dy, Target dx, int first, int last, int cols) {
        WideSoftmax row = new WideSoftmax(cols);
        for (int i = first; i < last; i++) {
            row.loadTail(y, i * cols, 0, row.tail);
            row.loadTail(dy, i * cols, 0, row.otherTail);
            float dot = (float) row.dot(y, dy, i * cols);
            row.gradient(y, dy, dot, dx, i * cols);
        }
    }

    private void gradient(float[] y, float[] dy, float dot, Target dx, int from) {
        FloatVector d = broadcast(FLOATS, dot);
        float[] dxv = dx.elements;
        boolean accumulate = dx.accumulate;
        for (int j = from; j < from + whole; j += LANES) {
            FloatVector centered = fromArray(FLOATS, dy, j).sub(d);
            fromArray(FLOATS, y, j).fma(centered, before(accumulate, dxv, j)).intoArray(dxv, j);
        }
        for (int j = from + whole; j < from + cols; j++) {
            dxv[j] = Math.fma(y[j], dy[j] - dot, accumulate ? dxv[j] : 0);
        }
    }

    /** losses[i] = Σt · log Σ e^(z − max) − Σ t ⊙ (z − max) for the rows i = first … last − 1. */
    static void loss(float[] z, float[] t, double[] losses, int first, int last, int cols) {
        WideSoftmax row = new WideSoftmax(cols);
        for (int i = first; i < last; i++) {
            float max = row.exponentials(z, i * cols);
            row.loadTail(t, i * cols, 0, row.otherTail);
            losses[i] = row.loss(z, t, i * cols, max);
        }
    }

    /** dz += factor · (softmax(z)·Σt − t) in the rows first … last − 1, with the sum over each row. */
    static void lossGradient(float[] z, float[] t, float factor, Target dz, int first, int last, int cols) {
        WideSoftmax row = new WideSoftmax(cols);
        for (int i = first; i < last; i++) {
            row.exponentials(z, i * cols);
            row.loadTail(t, i * cols, 0, row.otherTail);
            float scale = (float) (row.sum(t, i * cols) / row.sumOfExponentials());
            row.lossGradient(scale, t, factor, dz, i * cols);
        }
    }

    private void lossGradient(float scale, float[] t, float factor, Target dz, int from) {
        FloatVector s = broadcast(FLOATS, scale);
        FloatVector f = broadcast(FLOATS, factor);
        float[] dzv = dz.elements;
        boolean accumulate = dz.accumulate;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector difference = fromArray(FLOATS, e, j).mul(s).sub(fromArray(FLOATS, t, from + j));
            before(accumulate, dzv, from + j).add(difference.mul(f)).intoArray(dzv, from + j);
        }
        for (int j = whole; j < cols; j++) {
            float before = accumulate ? dzv[from + j] : 0;
            dzv[from + j] = before + (e[j] * scale - t[from + j]) * factor;
        }
    }

    /** Copies the columns of the last incomplete group, followed by {@code rest}. */
    private void loadTail(float[] x, int from, float rest, float[] into) {
        System.arraycopy(x, from + whole, into, 0, cols - whole);
        Arrays.fill(into, cols - whole, SUMS, rest);
    }

    /** Computes e = e^(x − max) of the row that starts at {@code from} and returns its maximum. */
    private float exponentials(float[] x, int from) {
        loadTail(x, from, Float.NEGATIVE_INFINITY, tail);
        float max = Math.max(max(x, from, from + whole), max(tail, 0, SUMS));
        exponentials(x, from, max, 0, whole);
        exponentials(tail, 0, max, whole, SUMS);
        return max;
    }

    /** The largest number in x; −∞ if there is none. */
    private static float max(float[] x, int from, int to) {
        FloatVector a = broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        FloatVector b = a;
        int j = from;
        for (; j + WIDE <= to; j += WIDE) {
            FloatVector v = fromArray(FLOATS, x, j);
            FloatVector w = fromArray(FLOATS, x, j + LANES);
            a = a.blend(v, v.compare(GT, a));
            b = b.blend(w, w.compare(GT, b));
        }
        if (j < to) { // vectors of sixteen: an odd number of them
            FloatVector v = fromArray(FLOATS, x, j);
            a = a.blend(v, v.compare(GT, a));
        }
        return a.max(b).reduceLanes(MAX);
    }

    private void exponentials(float[] x, int from, float max, int at, int count) {
        FloatVector m = broadcast(FLOATS, max);
        for (int j = 0; j < count; j += LANES) {
            VectorMath.expOfNegative(fromArray(FLOATS, x, from + j).sub(m)).intoArray(e, at + j);
        }
    }

    private double sumOfExponentials() {
        for (int part = 0; part < SUMS; part += LANES) {
            FloatVector sum = zero(FLOATS);
            for (int j = part; j < whole + SUMS; j += SUMS) {
                sum = sum.add(fromArray(FLOATS, e, j));
            }
            sum.intoArray(sums, part);
        }
        return total(0);
    }

    private double loss(float[] z, float[] t, int from, float max) {
        FloatVector m = broadcast(FLOATS, max);
        for (int part = 0; part < SUMS; part += LANES) {
            FloatVector sum = zero(FLOATS);
            FloatVector dot = zero(FLOATS);
            FloatVector targets = zero(FLOATS);
            for (int j = part; j < whole; j += SUMS) {
                FloatVector target = fromArray(FLOATS, t, from + j);
                FloatVector term = fromArray(FLOATS, z, from + j).sub(m).mul(target);
                dot = dot.add(term.blend(0f, target.compare(EQ, 0f))); // 0·(−∞) counts as 0
                targets = targets.add(target);
                sum = sum.add(fromArray(FLOATS, e, j));
            }
            FloatVector target = fromArray(FLOATS, otherTail, part);
            FloatVector term = fromArray(FLOATS, tail, part).sub(m).mul(target);
            dot.add(term.blend(0f, target.compare(EQ, 0f))).intoArray(sums, SUMS + part);
            targets.add(target).intoArray(sums, 2 * SUMS + part);
            sum.add(fromArray(FLOATS, e, whole + part)).intoArray(sums, part);
        }
        return total(2 * SUMS) * Math.log(total(0)) - total(SUMS);
    }

    private double sum(float[] t, int from) {
        for (int part = 0; part < SUMS; part += LANES) {
            FloatVector sum = zero(FLOATS);
            for (int j = from + part; j < from + whole; j += SUMS) {
                sum = sum.add(fromArray(FLOATS, t, j));
            }
            sum.add(fromArray(FLOATS, otherTail, part)).intoArray(sums, part);
        }
        return total(0);
    }

    private double dot(float[] y, float[] dy, int from) {
        for (int part = 0; part < SUMS; part += LANES) {
            FloatVector sum = zero(FLOATS);
            for (int j = from + part; j < from + whole; j += SUMS) {
                sum = fromArray(FLOATS, y, j).fma(fromArray(FLOATS, dy, j), sum);
            }
            fromArray(FLOATS, tail, part).fma(fromArray(FLOATS, otherTail, part), sum).intoArray(sums, part);
        }
        return total(0);
    }

    /** The sixteen running sums added in double, in order. */
    private double total(int at) {
        double total = 0;
        for (int i = at; i < at + SUMS; i++) {
            total += sums[i];
        }
        return total;
    }
}

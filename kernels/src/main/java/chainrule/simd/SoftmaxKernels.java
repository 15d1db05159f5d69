package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Softmax cross-entropy of a few classes: one row in each lane, so that the maximum and the sum over a row are plain
 * vector operations and nothing is reduced across lanes. A group of rows is transposed into columns[class][row] first.
 */
final class SoftmaxKernels {
    /**
     * The largest number of classes for which a transposed group fits into the first-level cache several times over.
     */
    static final int CLASSES = 64;

    private SoftmaxKernels() {}

    /** Rows first … first + count − 1 of x as [cols][LANES]; missing rows are zero. */
    static void turn(float[] x, int first, int count, int cols, float[] turned) {
        for (int j = 0; j < cols; j++) {
            int from = first * cols + j;
            int to = j * LANES;
            for (int i = 0; i < count; i++) {
                turned[to + i] = x[from + i * cols];
            }
            for (int i = count; i < LANES; i++) {
                turned[to + i] = 0;
            }
        }
    }

    /** The largest logit of each row. */
    private static FloatVector max(float[] z, int cols) {
        FloatVector max = fromArray(FLOATS, z, 0);
        for (int j = 1; j < cols; j++) {
            max = max.max(fromArray(FLOATS, z, j * LANES));
        }
        return max;
    }

    /** Computes z = e^(z − max) and returns the sum of each row. */
    private static FloatVector exponentials(float[] z, int cols, FloatVector max) {
        FloatVector sum = zero(FLOATS);
        for (int j = 0; j < cols; j++) {
            FloatVector e = VectorMath.exp(fromArray(FLOATS, z, j * LANES).sub(max));
            e.intoArray(z, j * LANES);
            sum = sum.add(e);
        }
        return sum;
    }

    /**
     * For each row, out = [Σ e^(z − max), Σ t ⊙ (z − max), Σ t]; the loss is out₂·log out₀ − out₁. Overwrites z.
     */
    static void loss(float[] z, float[] t, int cols, float[] out) {
        FloatVector max = max(z, cols);
        FloatVector dot = zero(FLOATS);
        FloatVector total = zero(FLOATS);
        for (int j = 0; j < cols; j++) {
            FloatVector target = fromArray(FLOATS, t, j * LANES);
            FloatVector term = fromArray(FLOATS, z, j * LANES).sub(max).mul(target);
            dot = dot.add(term.blend(0f, target.compare(VectorOperators.EQ, 0f))); // 0·(−∞) counts as 0
            total = total.add(target);
        }
        exponentials(z, cols, max).intoArray(out, 0);
        dot.intoArray(out, LANES);
        total.intoArray(out, 2 * LANES);
    }

    /** z = factor · (softmax(z)·Σt − t). */
    static void gradient(float[] z, float[] t, int cols, float factor) {
        FloatVector sum = exponentials(z, cols, max(z, cols));
        FloatVector total = zero(FLOATS);
        for (int j = 0; j < cols; j++) {
            total = total.add(fromArray(FLOATS, t, j * LANES));
        }
        FloatVector scale = total.div(sum);
        FloatVector f = broadcast(FLOATS, factor);
        for (int j = 0; j < cols; j++) {
            fromArray(FLOATS, z, j * LANES)
                    .mul(scale)
                    .sub(fromArray(FLOATS, t, j * LANES))
                    .mul(f)
                    .intoArray(z, j * LANES);
        }
    }

    /** Adds transposed rows to rows first … first + count − 1 of x. */
    static void addTurned(float[] turned, int first, int count, int cols, float[] x) {
        for (int j = 0; j < cols; j++) {
            int to = first * cols + j;
            for (int i = 0; i < count; i++) {
                x[to + i * cols] += turned[j * LANES + i];
            }
        }
    }
}

package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;

import chainrule.backend.Statistics;
import chainrule.backend.ejml.ThreadPool;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Statistics} of an array: extremes in vectors of float, sums in vectors of double, half as many lanes each.
 *
 * <p>The order of all additions is fixed, so the sums have the same bits for any number of threads and any vector
 * width: chunks of one size are summed separately and added in order; a chunk has sixteen running sums, of the elements
 * 0, 16, 32 …, of the elements 1, 17, 33 … and so on, which narrower vectors compute in several passes. {@code
 * reduceLanes(ADD)} is not used: it may add in any order, and does so differently before and after C2 compiles it.
 */
final class SummaryKernel {
    private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, FLOATS.vectorShape());

    /** Elements of a chunk: some 10 µs. */
    private static final int CHUNK = 65_536;

    /** Running sums of a chunk: as many as the widest vector has lanes. */
    private static final int SUMS = 16;

    private SummaryKernel() {}

    static Statistics of(ThreadPool threads, float[] x, int length) {
        int chunks = Math.ceilDiv(length, CHUNK);
        Statistics[] parts = new Statistics[chunks];
        threads.parallelFor(
                chunks,
                1,
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        int start = i * CHUNK;
                        parts[i] = chunk(x, start, start + Math.min(CHUNK, length - start));
                    }
                });
        Statistics all = Statistics.EMPTY;
        for (Statistics part : parts) {
            all = all.plus(part);
        }
        return all;
    }

    private static Statistics chunk(float[] x, int from, int to) {
        int whole = to - (to - from) % SUMS;
        Statistics sum = from < whole ? sums(x, from, whole, SUMS) : Statistics.EMPTY;
        if (sum.nonFinite() > 0) {
            sum = Statistics.EMPTY; // rare: these chunks are processed element by element
            whole = from;
        }
        for (int i = whole; i < to; i++) {
            sum = sum.plus(Statistics.of(x[i]));
        }
        return sum;
    }

    /** Statistics of {@code width} in every sixteen elements: one half plus the other, down to one vector. */
    private static Statistics sums(float[] x, int from, int to, int width) {
        return width == LANES
                ? vectors(x, from, to)
                : sums(x, from, to, width / 2).plus(sums(x, from + width / 2, to, width / 2));
    }

    /** Statistics of one vector in every sixteen elements; if an element is not finite, the result only says so. */
    private static Statistics vectors(float[] x, int from, int to) {
        FloatVector least = broadcast(FLOATS, Float.POSITIVE_INFINITY);
        FloatVector largest = broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        DoubleVector lowSum = DoubleVector.zero(DOUBLES);
        DoubleVector highSum = lowSum;
        DoubleVector lowAbs = lowSum;
        DoubleVector highAbs = lowSum;
        DoubleVector lowSquares = lowSum;
        DoubleVector highSquares = lowSum;
        int zeros = 0;
        int count = 0;
        for (int i = from; i < to; i += SUMS) {
            FloatVector v = fromArray(FLOATS, x, i);
            least = least.min(v);
            largest = largest.max(v);
            zeros += v.compare(EQ, 0).trueCount();
            DoubleVector low = (DoubleVector) v.convertShape(F2D, DOUBLES, 0);
            DoubleVector high = (DoubleVector) v.convertShape(F2D, DOUBLES, 1);
            lowSum = lowSum.add(low);
            highSum = highSum.add(high);
            lowAbs = lowAbs.add(low.abs());
            highAbs = highAbs.add(high.abs());
            lowSquares = low.fma(low, lowSquares);
            highSquares = high.fma(high, highSquares);
            count += LANES;
        }
        float min = least.reduceLanes(MIN);
        float max = largest.reduceLanes(MAX);
        if (!(min > Float.NEGATIVE_INFINITY && max < Float.POSITIVE_INFINITY)) { // NaN is neither
            return new Statistics(count, 0, 0, 0, 0, 0, 0, 1);
        }
        return new Statistics(
                count,
                min,
                max,
                total(lowSum, highSum),
                total(lowAbs, highAbs),
                total(lowSquares, highSquares),
                zeros,
                0);
    }

    /** The sum of the lanes of both vectors: first of neighbors, then of neighboring sums. */
    private static double total(DoubleVector low, DoubleVector high) {
        double[] lanes = new double[LANES];
        low.intoArray(lanes, 0);
        high.intoArray(lanes, LANES / 2);
        for (int n = LANES / 2; n > 0; n /= 2) {
            for (int i = 0; i < n; i++) {
                lanes[i] = lanes[2 * i] + lanes[2 * i + 1];
            }
        }
        return lanes[0];
    }
}

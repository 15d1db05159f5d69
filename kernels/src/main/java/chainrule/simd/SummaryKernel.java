package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;

import chainrule.backend.Statistics;
import chainrule.backend.cpu.Workers;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Statistics} of an array: extremes in vectors of float, sums in vectors of double, half as many lanes each. Chunks
 * of one size are summed up by themselves and added in order, so threads can share them without changing a bit.
 */
final class SummaryKernel {
    private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, FLOATS.vectorShape());

    /** Numbers of a chunk: some 10 µs. */
    private static final int CHUNK = 65_536;

    private SummaryKernel() {}

    static Statistics of(Workers workers, float[] x, int length) {
        int chunks = Math.ceilDiv(length, CHUNK);
        Statistics[] parts = new Statistics[chunks];
        workers.loop(
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
        int whole = to - (to - from) % LANES;
        Statistics sum = vectors(x, from, whole);
        if (sum.nonFinite() > 0) {
            sum = Statistics.EMPTY; // rare: these chunks are looked at number by number
            whole = from;
        }
        for (int i = whole; i < to; i++) {
            sum = sum.plus(Statistics.of(x[i]));
        }
        return sum;
    }

    /** Of whole vectors; if any number is not finite it only says so. */
    private static Statistics vectors(float[] x, int from, int to) {
        FloatVector least = broadcast(FLOATS, Float.POSITIVE_INFINITY);
        FloatVector largest = broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        DoubleVector sum = DoubleVector.zero(DOUBLES);
        DoubleVector sumAbs = sum;
        DoubleVector squares = sum;
        int zeros = 0;
        for (int i = from; i < to; i += LANES) {
            FloatVector v = fromArray(FLOATS, x, i);
            least = least.min(v);
            largest = largest.max(v);
            zeros += v.compare(EQ, 0).trueCount();
            DoubleVector low = (DoubleVector) v.convertShape(F2D, DOUBLES, 0);
            DoubleVector high = (DoubleVector) v.convertShape(F2D, DOUBLES, 1);
            sum = sum.add(low.add(high));
            sumAbs = sumAbs.add(low.abs().add(high.abs()));
            squares = low.fma(low, high.fma(high, squares));
        }
        float min = least.reduceLanes(MIN);
        float max = largest.reduceLanes(MAX);
        if (from < to && !(min > Float.NEGATIVE_INFINITY && max < Float.POSITIVE_INFINITY)) { // NaN is neither
            return new Statistics(to - from, 0, 0, 0, 0, 0, 0, 1);
        }
        return new Statistics(
                to - from, min, max, sum.reduceLanes(ADD), sumAbs.reduceLanes(ADD), squares.reduceLanes(ADD), zeros, 0);
    }
}

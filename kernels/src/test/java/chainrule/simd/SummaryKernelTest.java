package chainrule.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Statistics;
import chainrule.backend.ejml.ThreadPool;

import org.junit.jupiter.api.Test;

import java.util.Random;

/** Summaries longer than a chunk, with and without non-finite elements. */
class SummaryKernelTest {
    private static final int LENGTH = 200_003;

    private static void check(float[] x) {
        Statistics expected = Statistics.EMPTY;
        for (int i = 0; i < LENGTH; i++) {
            expected = expected.plus(Statistics.of(x[i]));
        }
        try (ThreadPool one = new ThreadPool(1);
                ThreadPool three = new ThreadPool(3)) {
            Statistics s = SummaryKernel.of(one, x, LENGTH);
            assertThat(SummaryKernel.of(three, x, LENGTH)).isEqualTo(s);
            assertThat(s.count()).isEqualTo(LENGTH);
            assertThat(s.min()).isEqualTo(expected.min());
            assertThat(s.max()).isEqualTo(expected.max());
            assertThat(s.zeros()).isEqualTo(expected.zeros());
            assertThat(s.nonFinite()).isEqualTo(expected.nonFinite());
            assertThat(s.sum()).isCloseTo(expected.sum(), within(1e-12 * expected.sumAbs()));
            assertThat(s.sumAbs()).isCloseTo(expected.sumAbs(), within(1e-12 * expected.sumAbs()));
            assertThat(s.sumSquares()).isCloseTo(expected.sumSquares(), within(1e-12 * expected.sumSquares()));
        }
    }

    @Test
    void agreesWithTheElementwiseSummaryAcrossChunks() {
        float[] x = new float[LENGTH + Lanes.PADDING];
        Random random = new Random(3);
        for (int i = 0; i < LENGTH; i++) {
            x[i] = i % 7 == 0 ? -0.0f : (float) random.nextGaussian() * 1e-27f; // the square is 0 in float
        }
        check(x);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            x[70_000] = bad;
            check(x);
        }
        x[LENGTH - 1] = Float.NaN;
        check(x);
    }

    /**
     * Adds in the documented order: the sums have these bits for any vector width, and whether or not C2 has compiled
     * the loop. The first rounds run in the interpreter, the last ones compiled.
     */
    @Test
    void sumsHaveTheSameBitsForAnyVectorWidthAndCompilation() {
        float[] x = new float[70_000 + Lanes.PADDING];
        Random random = new Random(11);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4));
        }
        try (ThreadPool one = new ThreadPool(1)) {
            for (int length : new int[] {0, 1, 15, 16, 17, 31, 32, 1000, 47_496, 65_536, 65_537, 70_000}) {
                double sum = 0;
                double squares = 0;
                for (int from = 0; from < length; from += 65_536) {
                    int to = Math.min(length, from + 65_536);
                    sum += inOrder(x, from, to, false);
                    squares += inOrder(x, from, to, true);
                }
                for (int round = 0; round < (length > 1000 ? 300 : 20_000); round++) {
                    Statistics s = SummaryKernel.of(one, x, length);
                    assertThat(s.sum()).as("%d elements, round %d", length, round).isEqualTo(sum);
                    assertThat(s.sumSquares()).as("%d elements, round %d", length, round).isEqualTo(squares);
                }
            }
        }
    }

    /** Sixteen running sums, added in pairs; then the remaining elements, one by one. */
    private static double inOrder(float[] x, int from, int to, boolean squared) {
        double[] sums = new double[16];
        int whole = to - (to - from) % 16;
        for (int i = from; i < whole; i++) {
            int lane = (i - from) % 16;
            sums[lane] = squared ? Math.fma((double) x[i], x[i], sums[lane]) : sums[lane] + x[i];
        }
        for (int n = 8; n > 0; n /= 2) {
            for (int i = 0; i < n; i++) {
                sums[i] = sums[2 * i] + sums[2 * i + 1];
            }
        }
        for (int i = whole; i < to; i++) {
            sums[0] += squared ? (double) x[i] * x[i] : x[i];
        }
        return sums[0];
    }
}

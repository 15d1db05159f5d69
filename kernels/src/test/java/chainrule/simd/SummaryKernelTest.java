package chainrule.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Statistics;
import chainrule.backend.cpu.Workers;

import org.junit.jupiter.api.Test;

import java.util.Random;

/** Summaries longer than a chunk, with and without numbers that are not finite. */
class SummaryKernelTest {
    private static final int LENGTH = 200_003;

    private static void check(float[] x) {
        Statistics expected = Statistics.EMPTY;
        for (int i = 0; i < LENGTH; i++) {
            expected = expected.plus(Statistics.of(x[i]));
        }
        try (Workers one = new Workers(1);
                Workers three = new Workers(3)) {
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
    void manyChunks() {
        float[] x = new float[LENGTH + Lanes.PADDING];
        Random random = new Random(3);
        for (int i = 0; i < LENGTH; i++) {
            x[i] = i % 7 == 0 ? -0.0f : (float) random.nextGaussian() * 1e-27f; // whose square is 0 in float
        }
        check(x);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            x[70_000] = bad;
            check(x);
        }
        x[LENGTH - 1] = Float.NaN;
        check(x);
    }
}

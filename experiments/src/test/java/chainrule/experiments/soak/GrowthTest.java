package chainrule.experiments.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

class GrowthTest {
    /** One sample per minute for an hour, of a heap that is a function of the minute. */
    private static Growth of(DoubleUnaryOperator heap) {
        List<MemorySample> samples =
                IntStream.rangeClosed(0, 60)
                        .mapToObj(m -> new MemorySample(60.0 * m, m, heap.applyAsDouble(m), 1, Double.NaN, 2, 3))
                        .toList();
        return Growth.of(samples, MemorySample::heap);
    }

    @Test
    void detectsASlowLeak() {
        Growth growth = of(minute -> 100 + 0.2 * minute);
        assertThat(growth.flat()).isFalse();
        assertThat(growth.second()).isEqualTo(104.5, within(1e-9));
        assertThat(growth.last()).isEqualTo(110.5, within(1e-9));
        assertThat(growth.relative()).isEqualTo(110.5 / 104.5 - 1, within(1e-9));
        assertThat(growth.perHour()).isEqualTo(12, within(1e-9));
    }

    @Test
    void ignoresTheFirstQuarterAndOutliers() {
        Growth growth = of(minute -> minute < 15 ? 10 * minute : minute == 50 || minute == 55 ? 900 : 100);
        assertThat(growth.flat()).isTrue();
        assertThat(growth.relative()).isZero();
    }

    @Test
    void testsBothSidesOfTheGrowthLimit() {
        assertThat(of(minute -> minute < 40 ? 100 : 104.9).flat()).isTrue();
        assertThat(of(minute -> minute < 40 ? 100 : 105.1).flat()).isFalse();
    }

    @Test
    void unknownQuantitiesAreNotFlat() {
        assertThat(of(_ -> Double.NaN).flat()).isFalse();
    }
}

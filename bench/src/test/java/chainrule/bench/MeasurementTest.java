package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.bench.path.Work;

import org.junit.jupiter.api.Test;

import java.util.List;

class MeasurementTest {
    @Test
    void computesMedianSpreadAndRates() {
        Measurement m = Measured.product("s", 50, 10, 20, 40, 30);
        assertThat(m.median()).isEqualTo(30);
        assertThat(m.spread()).isCloseTo(20.0 / 30, within(1e-12));
        assertThat(m.rate()).isCloseTo(1000.0 / 30, within(1e-12)); // 1000 operations in 30 ns are 33 GFLOP/s
        assertThat(m.bestRate()).isEqualTo(100);
    }

    @Test
    void oneWindowHasNoSpread() {
        assertThat(Measured.product("s", 7).spread()).isZero();
        assertThatThrownBy(() -> Measured.product("s")).hasMessageContaining("no windows");
    }

    @Test
    void dropsWindowsBeforeThreeThatAgree() {
        Measurement m =
                Measured.forks(
                        "steps",
                        "mlp5",
                        "simd",
                        1,
                        Work.flop(1),
                        new double[] {140, 121, 112, 101, 100, 101, 99, 120, 100, 101},
                        new double[] {100, 101, 100, 130, 100, 100, 100});
        assertThat(m.kept()).extracting(List::size).containsExactly(7, 7);
        assertThat(m.kept().getFirst().getFirst()).isEqualTo(101);
        assertThat(m.warm()).isTrue();
        assertThat(m.forkMeans()[1]).isCloseTo(731.0 / 7, within(1e-9));
    }

    @Test
    void keepsTheLastFiveWindowsIfNoneAgree() {
        Measurement m = Measured.product("s", 200, 180, 160, 140, 130, 120, 110, 100);
        assertThat(m.kept().getFirst()).containsExactly(140.0, 130.0, 120.0, 110.0, 100.0);
        assertThat(m.warm()).isFalse();
        assertThat(Measured.product("s", 3, 2, 1).kept().getFirst()).hasSize(3);
        assertThat(Measured.product("s", 3, 2, 1).warm()).isTrue();
    }

    @Test
    void marksLargeSpreads() {
        assertThat(Measured.product("s", 100, 101, 102, 103, 104).warning()).isEmpty();
        assertThat(Measured.product("s", 100, 90, 105, 115, 120).warning()).isEqualTo("!");
        assertThat(Measured.product("s", 100, 60, 80, 120, 140).warning()).isEqualTo("!!");
    }

    @Test
    void failedCasesHaveNoTimes() {
        Measurement failed = Measurement.failed("gemm", "forward", "s", "simd", 1, Work.flop(1), "no heap");
        assertThat(failed.measured()).isFalse();
        assertThat(failed.median()).isNaN();
        assertThat(failed.name()).isEqualTo("gemm forward s simd 1");
    }

    @Test
    void printsTimesWithThreeDigits() {
        assertThat(BenchReport.time(3.214)).isEqualTo("3.21 ns");
        assertThat(BenchReport.time(41_040)).isEqualTo("41.0 µs");
        assertThat(BenchReport.time(123_456_789)).isEqualTo("123 ms");
        assertThat(BenchReport.time(5e12)).isEqualTo("5000 s");
    }
}

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
    void oneIterationHasNoSpread() {
        assertThat(Measured.product("s", 7).spread()).isZero();
        assertThatThrownBy(() -> Measured.product("s")).hasMessageContaining("no iterations");
    }

    @Test
    void refersToThePeakOfTheSameUnitThreadsAndNearestSize() {
        Peaks peaks =
                new Peaks(
                        List.of(
                                Measured.of("flop-peak", "r", Case.MACHINE, 1, Work.Unit.FLOP, 5000, 50),
                                Measured.of("flop-peak", "r", Case.MACHINE, 2, Work.Unit.FLOP, 5000, 30, 25, 40),
                                Measured.of("byte-peak", "small", Case.MACHINE, 2, Work.Unit.BYTE, 1e3, 2),
                                Measured.of("byte-peak", "large", Case.MACHINE, 2, Work.Unit.BYTE, 1e6, 1e5),
                                Measured.product("not a peak", 1)));
        assertThat(peaks.of(Measured.product("s", 10))).isEqualTo(200); // the best iteration, as it is an upper limit
        assertThat(peaks.fraction(Measured.product("s", 10))).isCloseTo(0.5, within(1e-12));
        assertThat(peaks.of(Measured.of("loss", "s", "simd", 2, Work.Unit.BYTE, 5e3, 1))).isEqualTo(500);
        assertThat(peaks.of(Measured.of("loss", "s", "simd", 2, Work.Unit.BYTE, 1e5, 1))).isEqualTo(10);
        assertThat(peaks.large(Work.Unit.BYTE, 2)).isEqualTo(10);
        assertThat(peaks.of(Measured.of("loss", "s", "simd", 3, Work.Unit.BYTE, 1e5, 1))).isNaN();
    }

    @Test
    void printsTimesWithThreeDigits() {
        assertThat(BenchReport.time(3.214)).isEqualTo("3.21 ns");
        assertThat(BenchReport.time(41_040)).isEqualTo("41.0 µs");
        assertThat(BenchReport.time(123_456_789)).isEqualTo("123 ms");
        assertThat(BenchReport.time(5e12)).isEqualTo("5000 s");
    }
}

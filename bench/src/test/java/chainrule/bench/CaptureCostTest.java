package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.bench.path.Work;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

class CaptureCostTest {
    /** Each value is a fork of one window. */
    private static Measurement capture(String operation, String net, int threads, double... nanos) {
        List<List<Double>> all = Arrays.stream(nanos).mapToObj(List::of).toList();
        return new Measurement("capture", operation, net, "simd", threads, Work.flop(1000), all);
    }

    @Test
    void statesTheCostAsARatioWithItsInterval() {
        CaptureCost cost =
                CaptureCost.of(
                        List.of(
                                capture("captured", "mlp40", 1, 120, 120, 120),
                                capture("plain", "mlp40", 1, 100, 100, 100),
                                capture("captured", "mnist", 2, 90, 101, 112),
                                capture("plain", "mnist", 2, 80, 100, 120)));
        assertThat(cost.rows()).hasSize(2);
        assertThat(cost.rows().getFirst().cost()).isCloseTo(0.2, within(1e-12));
        assertThat(cost.rows().getFirst().distinguishable()).isTrue();
        assertThat(cost.rows().getLast().distinguishable()).isFalse();
        assertThat(cost.summary())
                .isEqualTo(
                        "Capture changes the time of a step by +20.0 % for mlp40 on simd with 1 thread. 1 of 2"
                                + " comparisons show no difference: their intervals contain 1 or have too few forks.");
        assertThat(BenchReport.table(cost).plain()).contains("+20.0 %", "different", "no difference shown");
    }

    @Test
    void reportsNoCostIfCaptureIsFaster() {
        CaptureCost cost =
                CaptureCost.of(
                        List.of(
                                capture("captured", "cifar", 2, 90, 100, 110),
                                capture("plain", "cifar", 2, 95, 107, 117)));
        assertThat(cost.summary())
                .isEqualTo("1 of 1 comparisons show no difference: their intervals contain 1 or have too few forks.");
    }

    @Test
    void comparesOnlyTheSameNetBackendAndThreads() {
        assertThat(CaptureCost.of(List.of(capture("captured", "mlp5", 1, 1), capture("plain", "mlp5", 2, 1))).rows())
                .isEmpty();
    }
}

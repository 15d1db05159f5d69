package chainrule.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.List;

class CanaryTest {
    @Test
    void measuresTwoSpeeds() {
        try (Canary canary = new Canary()) {
            long start = System.nanoTime();
            double[] speeds = canary.measure();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(40_000_000);
            assertThat(speeds).hasSize(2);
            assertThat(speeds[0]).as("flop/s").isBetween(1e7, 1e14);
            assertThat(speeds[1]).as("bytes/s").isBetween(1e6, 1e14);
        }
    }

    @Test
    void equalSpeedsDoNotDrift() {
        List<double[]> speeds = List.of(new double[] {3, 7}, new double[] {4, 6}, new double[] {5, 5});
        assertThat(Canary.drift(speeds, speeds)).isZero();
    }

    @Test
    void findsTheSpeedThatChangedMostInEitherDirection() {
        List<double[]> before = List.of(new double[] {100, 10}, new double[] {102, 10}, new double[] {98, 90});
        assertThat(Canary.drift(before, List.of(new double[] {101, 10}))).isEqualTo(0.01, within(1e-9));
        assertThat(Canary.drift(before, List.of(new double[] {101, 8}))).isEqualTo(0.25, within(1e-9));
        assertThat(Canary.drift(List.of(new double[] {101, 8}), before)).isEqualTo(0.25, within(1e-9));
    }
}

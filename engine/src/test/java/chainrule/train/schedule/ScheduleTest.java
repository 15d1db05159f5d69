package chainrule.train.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final double RATE = 0.08;

    private static void assertRate(Schedule schedule, double epoch, double expected) {
        assertThat(schedule.rate(epoch, RATE)).as("epoch %s", epoch).isCloseTo(expected, within(1e-15));
    }

    @Test
    void constantRateIsConstant() {
        assertRate(new ConstantRate(), 0, RATE);
        assertRate(new ConstantRate(), 123.4, RATE);
    }

    @Test
    void cosineDecreasesToItsFloor() {
        assertRate(new Cosine(20), 0, RATE);
        assertRate(new Cosine(20), 10, RATE / 2);
        assertRate(new Cosine(20), 20, 0);
        assertRate(new Cosine(20), 30, 0);
        assertRate(new Cosine(20), 5, RATE * (1 + Math.sqrt(0.5)) / 2);
        assertRate(new Cosine(20, 0.1), 20, RATE / 10);
        assertRate(new Cosine(20, 0.1), 10, RATE * 0.55);
    }

    @Test
    void warmUpComposesWithOtherSchedules() {
        Schedule s = new WarmUp(4, new Cosine(16));
        assertRate(s, 0, RATE / 10);
        assertRate(s, 2, RATE * 0.55);
        assertRate(s, 4, RATE);
        assertRate(s, 12, RATE / 2);
        assertRate(s, 20, 0);
        Schedule drop = (epoch, initial) -> epoch < 3 ? initial : initial / 10;
        assertRate(new WarmUp(2, 0, drop), 1, RATE / 2);
        assertRate(new WarmUp(2, 0, drop), 5, RATE / 10);
        assertRate(new WarmUp(2, 0.5, new WarmUp(2, 0.5, new ConstantRate())), 0, RATE / 4);
    }

    @Test
    void oneCycleIncreasesAndDecreases() {
        Schedule s = new OneCycle(10);
        assertRate(s, 0, RATE / 25);
        assertRate(s, 1.5, (RATE + RATE / 25) / 2);
        assertRate(s, 3, RATE);
        assertRate(s, 6.5, (RATE + RATE / 250_000) / 2);
        assertRate(s, 10, RATE / 250_000);
        assertRate(s, 11, RATE / 250_000);
    }

    @Test
    void triangleIncreasesAndDecreasesLinearly() {
        Schedule s = new Triangle(10, 0.2, 0.25, 0.1);
        assertRate(s, 0, RATE / 4);
        assertRate(s, 1, RATE * 0.625);
        assertRate(s, 2, RATE);
        assertRate(s, 6, RATE * 0.55);
        assertRate(s, 10, RATE / 10);
        assertRate(s, 12, RATE / 10);
        assertThat(s.description()).isEqualTo("Triangle[epochs=10.0, rise=0.2, start=0.25, end=0.1]");
    }

    @Test
    void plateauReducesAfterItsPatience() {
        ReduceOnPlateau s = new ReduceOnPlateau(ReduceOnPlateau.Goal.MINIMIZE, 0.5, 1);
        assertRate(s, 0, RATE);
        assertThat(s.report(1.0)).isFalse();
        assertThat(s.report(0.9)).isFalse();
        assertThat(s.report(0.95)).isFalse(); // the epoch that patience allows
        assertThat(s.report(0.9)).isTrue(); // equal is not better
        assertRate(s, 4, RATE / 2);
        assertThat(s.report(Double.NaN)).isFalse();
        assertThat(s.report(0.8)).isFalse();
        assertThat(s.state()).isEqualTo(new ReduceOnPlateau.State(0.8, 0, 0.5));
        assertThat(s.report(0.8)).isFalse();
        assertThat(s.report(Double.NaN)).isTrue();
        assertRate(s, 8, RATE / 4);
    }

    @Test
    void plateauRespectsThresholdAndLowerBound() {
        ReduceOnPlateau s = new ReduceOnPlateau(ReduceOnPlateau.Goal.MAXIMIZE, 0.1, 0, 0.01, 0.05);
        assertThat(s.report(Double.NaN)).isTrue(); // NaN is not an improvement
        assertThat(s.report(0.9)).isFalse();
        assertThat(s.report(0.905)).isTrue(); // below the threshold
        assertRate(s, 3, 0.05 * RATE);
        assertThat(s.report(0.8)).isFalse(); // at the lower bound
        assertThat(s.report(0.92)).isFalse();
        assertThat(s.state().best()).isEqualTo(0.92);
    }

    @Test
    void plateauResumesFromItsState() {
        ReduceOnPlateau a = new ReduceOnPlateau(ReduceOnPlateau.Goal.MINIMIZE, 0.5, 2);
        a.report(1);
        a.report(2);
        ReduceOnPlateau b = new ReduceOnPlateau(ReduceOnPlateau.Goal.MINIMIZE, 0.5, 2);
        b.restore(a.state());
        for (double metric : new double[] {2, 2, 0.5, 1, 1, 1}) {
            assertThat(b.report(metric)).isEqualTo(a.report(metric));
            assertThat(b.rate(0, 1)).isEqualTo(a.rate(0, 1));
        }
        assertRate(b, 0, RATE / 4);
    }

    @Test
    void rejectsInvalidSettings() {
        assertThatThrownBy(() -> new Cosine(5, 1.5)).hasMessageContaining("cosine: floor 1.5");
        assertThatThrownBy(() -> new Cosine(-1)).hasMessageContaining("cosine: epochs -1.0");
        assertThatThrownBy(() -> new WarmUp(0, new ConstantRate())).hasMessageContaining("warm-up");
        assertThatThrownBy(() -> new OneCycle(10, 1, 25, 100)).hasMessageContaining("rise 1.0");
        assertThatThrownBy(() -> new Triangle(10, 0, 0.2, 0.1)).hasMessageContaining("triangle: rise 0.0");
        assertThatThrownBy(() -> new Triangle(10, 0.5, 1.2, 0.1)).hasMessageContaining("triangle: start 1.2");
        assertThatThrownBy(() -> new ReduceOnPlateau(ReduceOnPlateau.Goal.MINIMIZE, 1, 1))
                .hasMessageContaining("factor 1.0");
    }
}

package chainrule.bench.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Random;

class PairedRatioTest {
    private static final int DRAWS = 4_000;

    @Test
    void agreesWithAPairedTTestByHand() {
        // d = log 2 · {1, 2, 3}: mean 2 log 2, s = log 2, t quantile 4.302653 with two degrees of freedom
        PairedRatio ratio = PairedRatio.of(new double[] {2, 8, 16}, new double[] {1, 2, 2});
        double margin = 4.302653 * Math.log(2) / Math.sqrt(3);
        assertThat(ratio.ratio()).isCloseTo(4, within(1e-12));
        assertThat(ratio.low()).isCloseTo(4 * Math.exp(-margin), within(1e-6));
        assertThat(ratio.high()).isCloseTo(4 * Math.exp(margin), within(1e-5));
        // t = 2 √3: the distribution function of t with two degrees of freedom is 1/2 + t / (2 √(2 + t²))
        assertThat(ratio.pValue()).isCloseTo(1 - Math.sqrt(12.0 / 14), within(1e-9));
        assertThat(ratio.rounds()).isEqualTo(3);
    }

    @Test
    void moreThanOneMeansFasterThanTheBase() {
        assertThat(PairedRatio.of(new double[] {3}, new double[] {1}).ratio()).isCloseTo(3, within(1e-12));
        PairedRatio slower = PairedRatio.of(new double[] {3, 4}, new double[] {1, 1}).inverse();
        assertThat(slower.ratio()).isCloseTo(1 / Math.sqrt(12), within(1e-12));
        assertThat(slower.low()).isLessThan(slower.ratio());
        assertThat(slower.high()).isGreaterThan(slower.ratio());
    }

    @Test
    void concludesNothingFromFewerThanTwoRounds() {
        PairedRatio one = PairedRatio.of(new double[] {3}, new double[] {1});
        assertThat(one.low()).isZero();
        assertThat(one.high()).isInfinite();
        assertThat(one.pValue()).isOne();
        assertThat(one.bounded()).isFalse();
        PairedRatio none = PairedRatio.of(new double[0], new double[0]);
        assertThat(none.ratio()).isNaN();
        assertThat(none.pValue()).isOne();
    }

    @Test
    void roundsWithoutNoiseAreCertain() {
        double[] twos = {2, 2};
        assertThat(PairedRatio.of(twos, twos).pValue()).isOne();
        assertThat(PairedRatio.of(twos, new double[] {1, 1}).pValue()).isZero();
    }

    @Test
    void ratesHaveNoPartner() {
        PairedRatio rate = PairedRatio.rate(new double[] {0.1, 0.4});
        assertThat(rate.ratio()).isCloseTo(5, within(1e-12));
        assertThat(rate.low()).isLessThan(5);
        assertThat(rate.high()).isGreaterThan(5);
    }

    @Test
    void rejectsWhatIsNoPairOfTimes() {
        assertThatThrownBy(() -> PairedRatio.of(new double[1], new double[2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 times of the base but 2");
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> PairedRatio.of(new double[] {1}, new double[] {bad}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("positive");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10})
    void intervalsCoverTheTruthIn95OfAHundred(int rounds) {
        Random random = new Random(rounds);
        int covered = 0;
        for (int i = 0; i < DRAWS; i++) {
            double[] base = new double[rounds];
            double[] other = new double[rounds];
            for (int r = 0; r < rounds; r++) {
                double drift = 0.3 * random.nextGaussian(); // shared by the pair: must not widen the interval
                base[r] = Math.exp(drift + 0.05 * random.nextGaussian());
                other[r] = Math.exp(drift + 0.05 * random.nextGaussian()) / 1.7;
            }
            PairedRatio ratio = PairedRatio.of(base, other);
            covered += ratio.low() <= 1.7 && 1.7 <= ratio.high() ? 1 : 0;
        }
        assertThat(covered / (double) DRAWS).isBetween(0.93, 0.97);
    }

    @Test
    void pairingRemovesDrift() {
        double[] base = new Random(1).doubles(10, 1, 3).toArray();
        double[] other = Arrays.stream(base).map(t -> t / 1.05).toArray();
        PairedRatio ratio = PairedRatio.of(base, other);
        assertThat(ratio.low()).isCloseTo(1.05, within(1e-9));
        assertThat(Precision.halfWidth(ratio)).isLessThan(1e-9);
    }
}

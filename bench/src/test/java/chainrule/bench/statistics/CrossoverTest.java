package chainrule.bench.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Random;

class CrossoverTest {
    private static final double[] SIZES = {1, 4, 16, 64, 256, 1024, 4096};

    private static Crossover of(double... ratios) {
        double[] logs = Arrays.stream(ratios).map(Math::log).toArray();
        return Crossover.of(Arrays.copyOf(SIZES, ratios.length), new double[][] {logs, logs});
    }

    @Test
    void interpolatesOverTheLogarithmOfTheSize() {
        Crossover halfway = of(0.5, 2);
        assertThat(halfway.kind()).isEqualTo(Crossover.Kind.FROM);
        assertThat(halfway.at()).isCloseTo(2, within(1e-9)); // the geometric mean of 1 and 4
        assertThat(of(0.25, 2).at()).isCloseTo(Math.pow(4, 2.0 / 3), within(1e-9));
        Crossover down = of(2, 0.5);
        assertThat(down.kind()).isEqualTo(Crossover.Kind.UP_TO);
        assertThat(down.at()).isCloseTo(2, within(1e-9));
        assertThat(down.low()).isCloseTo(2, within(1e-9)); // the rounds are equal
        assertThat(down.high()).isCloseTo(2, within(1e-9));
    }

    @Test
    void knowsNeverAndAlways() {
        Crossover never = of(0.5, 0.9);
        assertThat(never.kind()).isEqualTo(Crossover.Kind.NEVER);
        assertThat(never.at()).isNaN();
        assertThat(never.largest()).isEqualTo(4);
        assertThat(of(1.1, 2).kind()).isEqualTo(Crossover.Kind.ALWAYS);
        assertThat(of(1, 1).kind()).isEqualTo(Crossover.Kind.NEVER);
        assertThat(Crossover.of(SIZES, new double[0][]).kind()).isEqualTo(Crossover.Kind.UNKNOWN);
    }

    @Test
    void takesTheLastOfSeveralCrossings() {
        Crossover crossover = of(0.5, 2, 0.5, 2);
        assertThat(crossover.changes()).isEqualTo(3);
        assertThat(crossover.kind()).isEqualTo(Crossover.Kind.FROM);
        assertThat(crossover.at()).isCloseTo(32, within(1e-9));
    }

    @Test
    void skipsSizesWithoutData() {
        Crossover crossover = of(Double.NaN, 0.5, Double.NaN, 2, Double.NaN);
        assertThat(crossover.at()).isCloseTo(16, within(1e-9));
        assertThat(crossover.smallest()).isEqualTo(4);
        assertThat(crossover.largest()).isEqualTo(64);
    }

    @Test
    void hasNoIntervalFromOneRound() {
        Crossover one = Crossover.of(new double[] {1, 4}, new double[][] {{-1, 1}});
        assertThat(one.at()).isCloseTo(2, within(1e-9));
        assertThat(one.low()).isZero();
        assertThat(one.high()).isInfinite();
        assertThat(one.bounded()).isFalse();
    }

    @Test
    void intervalReachesBeyondTheSizesIfSomeDrawsDoNotCross() {
        double[][] rounds = {{-0.1, -0.05, 0.4}, {-0.1, -0.05, -0.3}, {-0.1, -0.05, 0.4}};
        Crossover crossover = Crossover.of(new double[] {1, 4, 16}, rounds);
        assertThat(crossover.kind()).isEqualTo(Crossover.Kind.FROM);
        assertThat(crossover.high()).isInfinite();
        assertThat(crossover.low()).isBetween(1.0, crossover.at());
    }

    /** The times of n examples: a launch costs 50 µs; otherwise the GPU is ten times as fast. */
    @ParameterizedTest
    @ValueSource(ints = {5, 20, 100})
    void findsThePlantedCrossoverWithinTenPercent(int count) {
        double launches = count * 50e-6;
        double perImage = 8e-6;
        double overhead = 40e-6;
        // t_cpu = launches + t_cpu/10, with t_cpu = overhead + n · perImage
        double planted = (launches / 0.9 - overhead) / perImage;
        Random random = new Random(6);
        int within = 0;
        int draws = 200;
        for (int i = 0; i < draws; i++) {
            double[][] rounds = new double[5][SIZES.length];
            for (double[] round : rounds) {
                for (int j = 0; j < SIZES.length; j++) {
                    double cpu = overhead + SIZES[j] * perImage;
                    double gpu = launches + cpu / 10;
                    round[j] = Math.log(cpu / gpu) + 0.05 * random.nextGaussian();
                }
            }
            Crossover crossover = Crossover.of(SIZES, rounds);
            within += Math.abs(crossover.at() / planted - 1) < 0.1 ? 1 : 0;
        }
        assertThat(within / (double) draws).isGreaterThan(0.9);
    }

    /** The mean log ratio is linear in log size, so that interpolation adds no error: intervals have their nominal rate. */
    @Test
    void intervalsCoverTheCrossing() {
        Random random = new Random(7);
        int covered = 0;
        int draws = 400;
        for (int i = 0; i < draws; i++) {
            double[][] rounds = new double[5][SIZES.length];
            for (double[] round : rounds) {
                for (int j = 0; j < SIZES.length; j++) {
                    round[j] = 0.5 * Math.log(SIZES[j] / 100) + 0.1 * random.nextGaussian();
                }
            }
            Crossover crossover = Crossover.of(SIZES, rounds);
            covered += crossover.low() < 100 && 100 < crossover.high() ? 1 : 0;
        }
        assertThat(covered / (double) draws).isBetween(0.9, 1.0);
    }
}

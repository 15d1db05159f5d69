package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.stat.inference.TTest;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

class RatioTest {
    @Test
    void computesWelchsIntervalOnLogarithms() {
        double[] a = {1, 1.1, 1.2};
        double[] b = {2, 2.3, 2.1, 2.2};
        Ratio ratio = Ratio.of(a, b);
        assertThat(ratio.value()).isCloseTo(Math.pow(2 * 2.3 * 2.1 * 2.2, 0.25) / Math.cbrt(1.1 * 1.2), within(1e-12));
        double p =
                new TTest().tTest(Arrays.stream(a).map(Math::log).toArray(), Arrays.stream(b).map(Math::log).toArray());
        assertThat(ratio.pValue()).isCloseTo(p, within(1e-12)).isLessThan(0.01);
        assertThat(ratio.low()).isGreaterThan(1).isLessThan(ratio.value());
        assertThat(ratio.low() * ratio.high()).isCloseTo(ratio.value() * ratio.value(), within(1e-9));
        assertThat(ratio.differs()).isTrue();
    }

    @Test
    void oneForkHasNoInterval() {
        Ratio ratio = Ratio.of(new double[] {2}, new double[] {3, 3.1});
        assertThat(ratio.value()).isCloseTo(1.525, within(1e-3));
        assertThat(ratio.known()).isFalse();
        assertThat(ratio.differs()).isFalse();
        assertThat(ratio.interval()).isEqualTo("too few forks");
    }

    @Test
    void equalForksHaveNoDifference() {
        Ratio same = Ratio.of(new double[] {5, 5}, new double[] {5, 5});
        assertThat(same.pValue()).isOne();
        assertThat(same.differs()).isFalse();
    }

    @Test
    void intervalsContainTheTruthAsOftenAsTheySay() {
        Random random = new Random(1);
        long hits =
                IntStream.range(0, 2000)
                        .filter(
                                _ -> {
                                    Ratio r = Ratio.of(forks(random, 100, .03), forks(random, 110, .06));
                                    return r.low() <= 1.1 && 1.1 <= r.high();
                                })
                        .count();
        assertThat(hits).isBetween(1860L, 1940L);
    }

    private static double[] forks(Random random, double mean, double spread) {
        return IntStream.range(0, 5).mapToDouble(_ -> mean * Math.exp(spread * random.nextGaussian())).toArray();
    }
}

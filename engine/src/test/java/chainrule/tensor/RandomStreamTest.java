package chainrule.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Statistical tests with fixed seeds, so that they always pass or always fail. A p-value below 10⁻³ on a stream that was not
 * selected means that the numbers do not have the stated distribution.
 */
class RandomStreamTest {
    private static final int N = 20_000;

    private static double[] uniforms(RandomStream stream) {
        return IntStream.range(0, N).mapToDouble(stream::uniform).toArray();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, -1, 123456789012345L})
    void uniformNumbersAreUniform(long seed) {
        double[] x = uniforms(RandomStream.of(seed, "test"));
        assertThat(StatUtils.min(x)).isNotNegative();
        assertThat(StatUtils.max(x)).isLessThan(1);
        assertThat(StatUtils.mean(x)).isEqualTo(0.5, within(4 * Math.sqrt(1.0 / 12 / N)));
        assertThat(StatUtils.variance(x)).isEqualTo(1.0 / 12, within(0.003));
        assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new UniformRealDistribution(), x))
                .isGreaterThan(1e-3);
        long[] bins = new long[100];
        for (double u : x) {
            bins[(int) (100 * u)]++;
        }
        assertThat(uniformity(bins)).isGreaterThan(1e-3);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7})
    void gaussiansAreNormal(long seed) {
        RandomStream stream = RandomStream.of(seed, "test");
        double[] x = IntStream.range(0, N).mapToDouble(stream::gaussian).toArray();
        assertThat(StatUtils.mean(x)).isEqualTo(0, within(4 / Math.sqrt(N)));
        assertThat(StatUtils.variance(x)).isEqualTo(1, within(4 * Math.sqrt(2.0 / N)));
        assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new NormalDistribution(), x)).isGreaterThan(1e-3);
    }

    /** Streams of other names, numbers and seeds, and neighbors in one stream, are uncorrelated. */
    @Test
    void streamsAreIndependent() {
        RandomStream parent = RandomStream.of(7, "test");
        double[] x = uniforms(parent);
        double[][] others = {
            uniforms(parent.child("a")),
            uniforms(parent.child("b")),
            uniforms(parent.child(0)),
            uniforms(parent.child(1)),
            uniforms(RandomStream.of(8, "test")),
            uniforms(RandomStream.of(7, "Test")),
            IntStream.range(0, N).mapToDouble(i -> parent.uniform(i + 1)).toArray(),
        };
        double fourDeviations = 4 / Math.sqrt(N);
        for (int i = 0; i < others.length; i++) {
            assertThat(new PearsonsCorrelation().correlation(x, others[i]))
                    .as("with stream %d", i)
                    .isEqualTo(0, within(fourDeviations));
        }
        assertThat(new PearsonsCorrelation().correlation(others[2], others[3])).isEqualTo(0, within(fourDeviations));
    }

    @Test
    void childrenHaveDistinctKeys() {
        RandomStream parent = RandomStream.of(7, "test");
        Set<Long> keys = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            keys.add(parent.child(i).key());
            keys.add(parent.child("layer" + i).key());
            keys.add(RandomStream.of(100 + i, "test").child(i).key());
        }
        assertThat(keys).hasSize(30_000);
    }

    @Test
    void theSameSeedAndNameGiveTheSameNumbersInAnyOrder() {
        RandomStream once = RandomStream.of(7, "weights").child(3);
        RandomStream again = RandomStream.of(7, "weights").child(3);
        double last = once.uniform(1L << 40);
        assertThat(again.uniform(0)).isEqualTo(once.uniform(0));
        assertThat(again.uniform(1L << 40)).isEqualTo(last);
    }

    @Test
    void belowIsUniform() {
        RandomStream stream = RandomStream.of(7, "below");
        long[] counts = new long[7];
        for (int i = 0; i < N; i++) {
            counts[stream.below(7, i)]++;
        }
        assertThat(uniformity(counts)).isGreaterThan(1e-3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 1000})
    void permutationHasEveryIndexOnce(int n) {
        int[] order = RandomStream.of(7, "shuffle").permutation(n);
        Arrays.sort(order);
        assertThat(order).containsExactly(IntStream.range(0, n).toArray());
    }

    @Test
    void all24PermutationsOf4AreEquallyLikely() {
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < 24_000; i++) {
            counts.merge(Arrays.toString(RandomStream.of(7, "shuffle").child(i).permutation(4)), 1L, Long::sum);
        }
        assertThat(counts).hasSize(24);
        assertThat(uniformity(counts.values().stream().mapToLong(Long::longValue).toArray())).isGreaterThan(1e-3);
    }

    /** The probability that equally likely bins are at least as uneven. */
    private static double uniformity(long[] counts) {
        double[] expected = new double[counts.length];
        Arrays.fill(expected, Arrays.stream(counts).sum() / (double) counts.length);
        return new ChiSquareTest().chiSquareTest(expected, counts);
    }
}

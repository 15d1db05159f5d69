package chainrule.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.tensor.RandomStream;

import org.apache.commons.math3.stat.inference.MannWhitneyUTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class MetricTest {
    private static final double[] SCORES = {
        0.7, 0.2, 0.1, //
        0.1, 0.8, 0.1,
        0.4, 0.5, 0.1,
        0.3, 0.3, 0.4,
        0.2, 0.2, 0.6,
        0.5, 0.5, 0.0
    };
    private static final int[] LABELS = {0, 1, 0, 2, 1, 1};

    private static ConfusionMatrix matrix() {
        ConfusionMatrix m = new ConfusionMatrix(3);
        m.add(SCORES, LABELS);
        return m;
    }

    @Test
    void confusionMatrixMatchesHandComputedValues() {
        ConfusionMatrix m = matrix();
        long[][] expected = {{1, 1, 0}, {1, 1, 1}, {0, 0, 1}}; // the last row's tie goes to class 0
        for (int a = 0; a < 3; a++) {
            for (int p = 0; p < 3; p++) {
                assertThat(m.count(a, p)).as("%d as %d", a, p).isEqualTo(expected[a][p]);
            }
        }
        assertThat(m.total()).isEqualTo(6);
        assertThat(m.accuracy()).isEqualTo(0.5);
        assertThat(m.recall(0)).isEqualTo(0.5);
        assertThat(m.recall(1)).isEqualTo(1 / 3.0);
        assertThat(m.recall(2)).isEqualTo(1);
        assertThat(m.precision(0)).isEqualTo(0.5);
        assertThat(m.precision(1)).isEqualTo(0.5);
        assertThat(m.precision(2)).isEqualTo(0.5);
        assertThat(m.f1(0)).isEqualTo(0.5);
        assertThat(m.f1(1)).isEqualTo(0.4);
        assertThat(m.f1(2)).isEqualTo(2 / 3.0);
        assertThat(m.balancedAccuracy()).isCloseTo((0.5 + 1 / 3.0 + 1) / 3, within(1e-15));
        assertThat(m.macroF1()).isCloseTo((0.5 + 0.4 + 2 / 3.0) / 3, within(1e-15));
    }

    @Test
    void countsSingleLogitsOfTwoClasses() {
        ConfusionMatrix m = new ConfusionMatrix(2);
        m.addLogits(new double[] {-1, 0, 2, 0.1}, new int[] {0, 1, 1, 0});
        assertThat(m.count(0, 0)).isEqualTo(1);
        assertThat(m.count(1, 0)).isEqualTo(1);
        assertThat(m.count(1, 1)).isEqualTo(1);
        assertThat(m.count(0, 1)).isEqualTo(1);
        assertThatThrownBy(() -> m.addLogits(new double[3], new int[2]))
                .hasMessageContainingAll("3 scores", "2 labels");
        assertThatThrownBy(() -> new ConfusionMatrix(3).addLogits(new double[1], new int[1]))
                .hasMessageContaining("3 classes");
    }

    @Test
    void mostConfusedPairsComeFirst() {
        ConfusionMatrix m = new ConfusionMatrix(4);
        int[][] mistakes = {{3, 1}, {0, 2}, {3, 1}, {1, 1}, {2, 0}, {3, 1}, {2, 0}};
        for (int[] mistake : mistakes) {
            m.add(mistake[0], mistake[1]);
        }
        assertThat(m.mostConfused(10))
                .containsExactly(
                        new ConfusionMatrix.Confusion(3, 1, 3),
                        new ConfusionMatrix.Confusion(2, 0, 2),
                        new ConfusionMatrix.Confusion(0, 2, 1));
        assertThat(m.mostConfused(1)).hasSize(1);
        assertThat(new ConfusionMatrix(2).mostConfused(5)).isEmpty();
    }

    @Test
    void undefinedMetricsAreNaNAndAveragesIgnoreThem() {
        ConfusionMatrix m = new ConfusionMatrix(3);
        assertThat(m.accuracy()).isNaN();
        assertThat(m.balancedAccuracy()).isNaN();
        m.add(0, 0);
        m.add(0, 1);
        m.add(1, 1);
        assertThat(m.recall(2)).isNaN();
        assertThat(m.precision(2)).isNaN();
        assertThat(m.f1(2)).isNaN();
        assertThat(m.balancedAccuracy()).isEqualTo(0.75);
    }

    @Test
    void rocAucMatchesHandComputedValues() {
        // of the four pairs (positive, negative) three are in order
        assertThat(RocAuc.of(new double[] {0.9, 0.4, 0.5, 0.1}, new boolean[] {true, true, false, false}))
                .isEqualTo(0.75);
        assertThat(RocAuc.of(new double[] {1, 1, 1}, new boolean[] {true, false, false})).isEqualTo(0.5);
        assertThat(RocAuc.of(new double[] {2, 1}, new boolean[] {true, false})).isEqualTo(1);
        assertThat(RocAuc.of(new double[] {2, 1}, new boolean[] {true, true})).isNaN();
        assertThat(RocAuc.of(new double[0], new boolean[0])).isNaN();
        assertThat(RocAuc.of(new double[] {1, Double.NaN}, new boolean[] {true, false})).isNaN();
    }

    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    static Stream<double[]> rowsWithoutAnswer() {
        return Stream.of(
                new double[] {NAN, 1, 0},
                new double[] {1, NAN, 0},
                new double[] {0, 1, NAN},
                new double[] {NAN, NAN, NAN},
                new double[] {-INF, NAN, -INF},
                new double[] {INF, 1, 0},
                new double[] {0, 1, INF},
                new double[] {INF, INF, INF},
                new double[] {INF, -INF, NAN},
                new double[] {-INF, -INF, -INF});
    }

    /** For every label: any class in place of no answer would be correct for one of them. */
    @ParameterizedTest
    @MethodSource("rowsWithoutAnswer")
    void rowsWithoutAnswerAreWrongAndPredictNoClass(double[] scores) {
        assertThat(Argmax.of(scores)).isEqualTo(Argmax.NO_ANSWER);
        for (int label = 0; label < 3; label++) {
            ConfusionMatrix m = new ConfusionMatrix(3);
            m.add(scores, new int[] {label});
            m.add(label, Argmax.NO_ANSWER);
            m.add(label, label);
            assertThat(m.noAnswer()).isEqualTo(2).isEqualTo(m.noAnswer(label));
            assertThat(m.total()).isEqualTo(3).isEqualTo(m.actual(label));
            assertThat(m.correct()).isEqualTo(1);
            assertThat(m.accuracy()).isEqualTo(1 / 3.0).isEqualTo(m.recall(label));
            assertThat(m.precision(label)).isEqualTo(1);
            assertThat(m.f1(label)).isEqualTo(0.5);
            assertThat(IntStream.range(0, 3).mapToLong(m::predicted).sum()).isEqualTo(1);
            assertThat(m.mostConfused(9)).isEmpty();
        }
        double[] four = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0};
        int[] labels = {0, 1, 2, 1};
        assertThat(RocAuc.macro(four, 3, labels)).isBetween(0.5, 1.0);
        System.arraycopy(scores, 0, four, 3, 3);
        if (DoubleStream.of(scores).anyMatch(Double::isNaN)) {
            assertThat(RocAuc.macro(four, 3, labels)).isNaN();
        }
    }

    @Test
    void minusInfinityIsValidIfAnotherScoreIsFinite() {
        assertThat(Argmax.of(new double[] {-INF, -3, -INF})).isEqualTo(1);
        assertThat(Argmax.of(new double[] {-INF, -INF, 0})).isEqualTo(2);
    }

    @Test
    void nanAndInfiniteLogitsHaveNoAnswer() {
        ConfusionMatrix m = new ConfusionMatrix(2);
        m.addLogits(new double[] {NAN, NAN, INF, INF, -INF, -INF}, new int[] {0, 1, 0, 1, 0, 1});
        assertThat(m.noAnswer(0)).isEqualTo(2);
        assertThat(m.noAnswer(1)).isEqualTo(2);
        assertThat(m.count(0, 0)).isEqualTo(1); // σ(−∞) = 0
        assertThat(m.count(1, 0)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 101, 1000})
    void rocAucEqualsMannWhitneyUOverAllPairs(int n) {
        RandomStream random = RandomStream.of(n, "scores");
        double[] scores = new double[n];
        boolean[] positive = new boolean[n];
        for (int i = 0; i < n; i++) {
            positive[i] = i % 3 == 0;
            scores[i] = random.below(20, i) + (positive[i] ? 3 : 0); // many ties
        }
        double[] of = IntStream.range(0, n).filter(i -> positive[i]).mapToDouble(i -> scores[i]).toArray();
        double[] rest = IntStream.range(0, n).filter(i -> !positive[i]).mapToDouble(i -> scores[i]).toArray();
        double expected = new MannWhitneyUTest().mannWhitneyU(of, rest) / ((double) of.length * rest.length);
        double auc = RocAuc.of(scores, positive); // the oracle returns the larger of U and its complement
        assertThat(Math.max(auc, 1 - auc)).isCloseTo(expected, within(1e-12));
        double pairs = 0;
        for (double p : of) {
            for (double q : rest) {
                pairs += p > q ? 1 : p == q ? 0.5 : 0;
            }
        }
        assertThat(auc).isCloseTo(pairs / ((double) of.length * rest.length), within(1e-12));
    }

    @Test
    void oneVersusRestAndMacroAverageMatchHandComputedValues() {
        double[] scores = {3, 1, 0, 2, 5, 1, 1, 1, 2, 0, 0, 0};
        int[] labels = {0, 1, 2, 0};
        assertThat(RocAuc.oneVersusRest(scores, 3, labels, 1)).isEqualTo(1);
        assertThat(RocAuc.oneVersusRest(scores, 3, labels, 0)).isEqualTo(0.5);
        assertThat(RocAuc.macro(scores, 3, labels)).isCloseTo((0.5 + 1 + 1) / 3, within(1e-15));
        assertThat(RocAuc.macro(scores, 3, new int[] {0, 1, 1, 0})).isEqualTo((0.5 + 0.875) / 2); // no class 2
    }

    @Test
    void rejectsInvalidInputs() {
        ConfusionMatrix m = new ConfusionMatrix(3);
        assertThatThrownBy(() -> m.add(new double[5], new int[2])).hasMessageContainingAll("5 scores", "2 labels");
        assertThatThrownBy(() -> m.add(new double[3], new int[] {3})).hasMessageContainingAll("class 3", "0 … 2");
        assertThatThrownBy(() -> m.add(-1, 0)).hasMessageContaining("class -1");
        assertThatThrownBy(() -> m.add(0, -2)).hasMessageContaining("class -2");
        assertThatThrownBy(() -> RocAuc.of(new double[2], new boolean[3])).hasMessageContaining("2 scores");
        assertThatThrownBy(() -> new ConfusionMatrix(0)).hasMessageContaining("0 classes");
    }
}

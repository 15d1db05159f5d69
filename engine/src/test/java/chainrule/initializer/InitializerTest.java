package chainrule.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.op.TestTensors;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;

class InitializerTest {
    private static final RandomStream RANDOM = RandomStream.of(7, "weights");

    /** Dense [200 × 100] has fans 200 and 100; convolution [3 × 3 × 16 × 32] has fans 144 and 288. */
    @ParameterizedTest
    @CsvSource({
        "glorot-uniform, 0.0066666666667, 0.0046296296296",
        "glorot-normal,  0.0066666666667, 0.0046296296296",
        "he-uniform,     0.01,            0.0138888888889",
        "he-normal,      0.01,            0.0138888888889",
        "lecun-uniform,  0.005,           0.0069444444444",
        "lecun-normal,   0.005,           0.0069444444444",
        "fan-in-uniform, 0.0016666666667, 0.0023148148148"
    })
    void varianceMatchesTheFans(String name, double dense, double convolution) {
        assertVariance(name, dense, Shape.of(200, 100));
        assertVariance(name, convolution, Shape.of(3, 3, 16, 32));
    }

    private static void assertVariance(String name, double variance, Shape shape) {
        double[] w = Initializers.named(name).values(shape, RANDOM);
        int n = shape.elements();
        assertThat(w).hasSize(n);
        assertThat(StatUtils.mean(w)).isEqualTo(0, within(4 * Math.sqrt(variance / n)));
        assertThat(StatUtils.variance(w)).isEqualTo(variance, within(6 * variance / Math.sqrt(n)));
        KolmogorovSmirnovTest test = new KolmogorovSmirnovTest();
        if (name.endsWith("uniform")) {
            double limit = Math.sqrt(3 * variance);
            assertThat(StatUtils.max(w)).isBetween(0.999 * limit, limit);
            assertThat(StatUtils.min(w)).isBetween(-limit * (1 + 1e-9), -0.999 * limit);
            double edge = limit * (1 + 1e-9);
            assertThat(test.kolmogorovSmirnovTest(new UniformRealDistribution(-edge, edge), w)).isGreaterThan(1e-3);
        } else {
            assertThat(test.kolmogorovSmirnovTest(new NormalDistribution(0, Math.sqrt(variance)), w))
                    .isGreaterThan(1e-3);
        }
    }

    /** Mean squares: of the inputs, of the outputs of linear units, and of those after ReLU. */
    @ParameterizedTest
    @CsvSource({"lecun-normal, 1, 0.5", "lecun-uniform, 1, 0.5", "he-normal, 2, 1", "he-uniform, 2, 1"})
    void linearAndReluUnitsHaveTheExpectedMeanSquare(String name, double linear, double relu) {
        int inputs = 100;
        int units = 4000;
        double[] w = Initializers.named(name).values(Shape.of(inputs, units), RANDOM);
        double[] x = TestTensors.normal(1, inputs);
        double[] y = new double[units];
        for (int i = 0; i < w.length; i++) {
            y[i % units] += w[i] * x[i / units];
        }
        double power = StatUtils.sumSq(x) / inputs;
        double positive = Arrays.stream(y).map(v -> Math.max(v, 0)).map(v -> v * v).sum();
        assertThat(StatUtils.sumSq(y) / units).isEqualTo(linear * power, within(0.1 * linear * power));
        assertThat(positive / units).isEqualTo(relu * power, within(0.1 * relu * power));
    }

    @ParameterizedTest
    @CsvSource({"30, 7", "7, 30", "12, 12", "1, 5", "5, 1", "1, 1"})
    void orthogonalColumnsOrRowsAreOrthonormal(int rows, int cols) {
        double[] q = new Orthogonal().values(Shape.of(rows, cols), RANDOM);
        int narrow = Math.min(rows, cols);
        int tall = Math.max(rows, cols);
        for (int i = 0; i < narrow; i++) {
            for (int j = 0; j < narrow; j++) {
                double dot = 0;
                for (int p = 0; p < tall; p++) {
                    dot += rows >= cols ? q[p * cols + i] * q[p * cols + j] : q[i * cols + p] * q[j * cols + p];
                }
                assertThat(dot).isEqualTo(i == j ? 1 : 0, within(1e-13));
            }
        }
    }

    /** xᵀ·W has the length of x where W has at least as many columns as rows, else that of x's part in their span. */
    @ParameterizedTest
    @CsvSource({"12, 30", "12, 12", "12, 5", "12, 1"})
    void orthogonalPreservesLengthsUnlessInputsOutnumberUnits(int inputs, int units) {
        double[] w = new Orthogonal().values(Shape.of(inputs, units), RANDOM);
        double[] x = TestTensors.normal(1, inputs);
        double[] y = new double[units];
        double[] inSpan = new double[inputs]; // W·Wᵀ·x
        for (int j = 0; j < units; j++) {
            for (int i = 0; i < inputs; i++) {
                y[j] += x[i] * w[i * units + j];
            }
            for (int i = 0; i < inputs; i++) {
                inSpan[i] += y[j] * w[i * units + j];
            }
        }
        double length = Math.sqrt(StatUtils.sumSq(x));
        double[] kept = units >= inputs ? x : inSpan;
        assertThat(Math.sqrt(StatUtils.sumSq(y))).isEqualTo(Math.sqrt(StatUtils.sumSq(kept)), within(1e-12));
        if (units < inputs) {
            assertThat(Math.sqrt(StatUtils.sumSq(y))).isLessThan(0.9 * length);
        }
    }

    /** Without the correction of signs by R's diagonal, Householder's Q would have Q₁₁ of one sign only. */
    @Test
    void orthogonalMatricesAreNotBiasedToOneSign() {
        int positive = 0;
        for (int seed = 0; seed < 1000; seed++) {
            positive += new Orthogonal().values(Shape.of(3, 3), RandomStream.of(seed, "q"))[0] > 0 ? 1 : 0;
        }
        assertThat(positive).isBetween(500 - 64, 500 + 64); // four deviations
    }

    @Test
    void convolutionWeightsAreOrthogonalAsIm2colMatrix() {
        double[] q = new Orthogonal().values(Shape.of(3, 3, 2, 4), RANDOM);
        double dot = 0;
        for (int p = 0; p < 18; p++) {
            dot += q[4 * p] * q[4 * p + 3];
        }
        assertThat(q).hasSize(72);
        assertThat(dot).isEqualTo(0, within(1e-13));
    }

    @Test
    void valuesDependOnTheSeedOnly() {
        Shape shape = Shape.of(8, 6);
        for (String name : Initializers.names()) {
            Initializer initializer = Initializers.named(name);
            double[] values = initializer.values(shape, RandomStream.of(7, "a"));
            assertThat(initializer.values(shape, RandomStream.of(7, "a"))).as(name).isEqualTo(values);
            if (!name.equals("zeros")) {
                assertThat(initializer.values(shape, RandomStream.of(8, "a"))).as(name).isNotEqualTo(values);
            }
        }
    }

    @Test
    void findsInitializersByName() {
        assertThat(Initializers.named("HE").name()).isEqualTo("he-uniform");
        assertThat(Initializers.named("orthogonal")).isEqualTo(new Orthogonal());
        assertThat(Initializers.named("zeros").values(Shape.of(3), RANDOM)).containsOnly(0);
        assertThatThrownBy(() -> Initializers.named("xavier"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown initializer 'xavier'")
                .hasMessageContaining("glorot-uniform");
    }

    @Test
    void computesFans() {
        assertThat(Initializer.fanIn(Shape.of(3, 3, 16, 32))).isEqualTo(144);
        assertThat(Initializer.fanOut(Shape.of(3, 3, 16, 32))).isEqualTo(288);
        assertThat(Initializer.fanIn(Shape.of(200, 100))).isEqualTo(200);
        assertThat(Initializer.fanOut(Shape.of(200, 100))).isEqualTo(100);
    }
}

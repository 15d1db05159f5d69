package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.instancio.Random;
import org.instancio.junit.Given;
import org.instancio.junit.GivenProvider;
import org.instancio.junit.InstancioExtension;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of functions against automatic differentiation by another library, differences, and its stated ranges. */
@ExtendWith(InstancioExtension.class)
class ElementwiseTest {
    private static final double SLOPE = 0.1;

    static final class Somewhere implements GivenProvider {
        @Override
        public Object provide(ElementContext context) {
            Random random = context.random();
            return random.doubleRange(-12, 12);
        }
    }

    /** The function once more, in an algebra that carries its derivative along. */
    private static DerivativeStructure independent(Elementwise f, double at) {
        DerivativeStructure x = new DerivativeStructure(1, 1, 0, at);
        return switch (f) {
            case IDENTITY -> x;
            case RELU -> at > 0 ? x : x.multiply(0);
            case LEAKY_RELU -> at > 0 ? x : x.multiply(SLOPE);
            case TANH -> x.tanh();
            case SIGMOID -> x.negate().exp().add(1).reciprocal();
            case LECUN -> x.multiply(2.0 / 3).tanh().multiply(1.7159).add(x.multiply(0.01));
            case GELU -> x.multiply(x.compose(normalBelow(at), normalDensity(at)));
        };
    }

    private static double normalDensity(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Marsaglia 2004). */
    private static double normalBelow(double x) {
        double sum = x;
        double term = x;
        for (int i = 3; Math.abs(term) > 1e-18 * Math.abs(sum); i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + normalDensity(x) * sum;
    }

    @RepeatedTest(100)
    void valueAndDerivativeAgreeWithAutomaticDifferentiation(@Given(Somewhere.class) double x) {
        for (Elementwise f : Elementwise.values()) {
            DerivativeStructure expected = independent(f, x);
            double y = f.value(x, SLOPE);
            double rounding = 1e-14 * Math.max(1, Math.abs(x)); // GELU's is that of Φ, x times
            assertThat(y).as("%s(%s)", f, x).isEqualTo(expected.getValue(), within(rounding));
            assertThat(f.derivative(x, y, SLOPE))
                    .as("%s′(%s)", f, x)
                    .isEqualTo(expected.getPartialDerivative(1), within(1e-14));
        }
    }

    /** The central difference (f(x + h) − f(x − h)) / 2h, off by h²/6·f‴, away from the kink at 0. */
    @RepeatedTest(100)
    void derivativeAgreesWithCentralDifferences(@Given(Somewhere.class) double x) {
        double h = 1e-5;
        for (Elementwise f : Elementwise.values()) {
            if (Math.abs(x) > h) {
                double difference = (f.value(x + h, SLOPE) - f.value(x - h, SLOPE)) / (2 * h);
                assertThat(f.derivative(x, f.value(x, SLOPE), SLOPE))
                        .as("%s′(%s)", f, x)
                        .isEqualTo(difference, within(1e-9));
            }
        }
    }

    /** Limits such as tanh = 1 belong to the range here: doubles reach them. */
    @ParameterizedTest
    @EnumSource
    void statedRangesHoldAndAreTight(Elementwise f) {
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        double flattest = Double.POSITIVE_INFINITY;
        double steepest = Double.NEGATIVE_INFINITY;
        for (int i = -400_000; i <= 400_000; i++) {
            double y = f.value(i * 1e-4, SLOPE);
            double slope = f.derivative(i * 1e-4, y, SLOPE);
            lowest = Math.min(lowest, y);
            highest = Math.max(highest, y);
            flattest = Math.min(flattest, slope);
            steepest = Math.max(steepest, slope);
        }
        double[] expected = // over [−40, 40]: lowest and highest value, flattest and steepest slope
                switch (f) {
                    case IDENTITY -> new double[] {-40, 40, 1, 1};
                    case RELU -> new double[] {0, 40, 0, 1};
                    case LEAKY_RELU -> new double[] {-4, 40, SLOPE, 1};
                    case TANH -> new double[] {-1, 1, 0, 1};
                    case SIGMOID -> new double[] {0, 1, 0, 0.25};
                    case LECUN -> new double[] {-2.1159, 2.1159, 0.01, 1.7159 * 2 / 3 + 0.01};
                    // the lowest point where Φ(x) = −x·φ(x), the extreme slopes at ±√2: 1 − Φ(√2) − √2·φ(√2)
                    case GELU -> new double[] {-0.169971, 40, -0.128904, 1.128904};
                };
        double within = f == Elementwise.GELU ? 5e-7 : 1e-13;
        assertThat(new double[] {lowest, highest, flattest, steepest}).containsExactly(expected, within(within));
    }

    @Test
    void theKinkAtZeroHasSlopeZeroForReluAndTheSmallSlopeForLeakyRelu() {
        assertThat(Elementwise.RELU.derivative(0, 0, SLOPE)).isZero();
        assertThat(Elementwise.LEAKY_RELU.derivative(0, 0, SLOPE)).isEqualTo(SLOPE);
    }

    @Test
    void reluOfMinusInfinityIsZeroAndOfNanIsNan() {
        assertThat(Elementwise.RELU.value(Double.NEGATIVE_INFINITY, 0)).isZero();
        assertThat(Elementwise.RELU.value(Double.NaN, 0)).isNaN();
    }

    @Test
    void labels() {
        assertThat(Elementwise.values())
                .extracting(Elementwise::label)
                .containsExactly("identity", "relu", "leaky relu", "tanh", "sigmoid", "lecun", "gelu");
    }
}

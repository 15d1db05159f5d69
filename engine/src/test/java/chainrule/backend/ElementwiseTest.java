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

    @RepeatedTest(100)
    void valueAndDerivativeAgreeWithAutomaticDifferentiation(@Given(Somewhere.class) double x) {
        for (Elementwise f : Elementwise.values()) {
            DerivativeStructure expected = ElementwiseOracle.differentiated(f, SLOPE, x);
            double y = f.value(x, SLOPE);
            double rounding = 1e-14 * Math.max(1, Math.abs(x)); // for GELU it is that of Φ times x
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
        double[] expected = ElementwiseOracle.ranges(f, SLOPE);
        double within = f == Elementwise.GELU ? 5e-7 : 1e-13;
        assertThat(new double[] {lowest, highest, flattest, steepest}).containsExactly(expected, within(within));
    }

    @Test
    void derivativeAtZeroIsZeroForReluAndTheSlopeForLeakyRelu() {
        assertThat(Elementwise.RELU.derivative(0, 0, SLOPE)).isZero();
        assertThat(Elementwise.LEAKY_RELU.derivative(0, 0, SLOPE)).isEqualTo(SLOPE);
    }

    @Test
    void reluOfMinusInfinityIsZeroAndOfNanIsNan() {
        assertThat(Elementwise.RELU.value(Double.NEGATIVE_INFINITY, 0)).isZero();
        assertThat(Elementwise.RELU.value(Double.NaN, 0)).isNaN();
    }

    @Test
    void labelsAreWords() {
        assertThat(Elementwise.LEAKY_RELU.label()).isEqualTo("leaky relu");
    }
}

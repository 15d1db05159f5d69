package chainrule.experiments.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.experiments.dense.ActivationRanges.Range;
import chainrule.layer.Activation;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationRangesTest {
    private static ActivationRanges measure(Elementwise function) {
        try (Backend k = new ReferenceBackend()) {
            k.openScope("test");
            return ActivationRanges.measure(k, new Activation(function));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SIGMOID, 0, 1, 0, 0.25",
        "TANH, -1, 1, 0, 1",
        "RELU, 0, 50, 0, 1",
        "LEAKY_RELU, -0.5, 50, 0.01, 1",
        "IDENTITY, -50, 50, 1, 1",
        "LECUN, -2.2159, 2.2159, 0.01, 1.15393333",
    })
    void functionsAndDerivativesHaveTheStatedRanges(Elementwise f, double low, double high, double least, double most) {
        ActivationRanges ranges = measure(f);
        assertThat(ranges.value().min()).isCloseTo(low, within(1e-4)).isGreaterThanOrEqualTo(low - 1e-12);
        assertThat(ranges.value().max()).isCloseTo(high, within(1e-4)).isLessThanOrEqualTo(high + 1e-12);
        assertThat(ranges.derivative().min()).isCloseTo(least, within(1e-6)).isGreaterThanOrEqualTo(least - 1e-12);
        assertThat(ranges.derivative().max()).isCloseTo(most, within(1e-6)).isLessThanOrEqualTo(most + 1e-8);
    }

    @ParameterizedTest
    @EnumSource(Elementwise.class)
    void measuredRangesStayWithinProvedBounds(Elementwise f) {
        ActivationRanges ranges = measure(f);
        ActivationClaims claims = ActivationClaims.of(f);
        requireWithin(ranges.squaredDirect(), claims.directBound());
        requireWithin(ranges.squaredSoftmax(), claims.softmaxBound());
        requireWithin(ranges.crossEntropy(), claims.crossEntropyBound());
    }

    /** The range is within the bound and close to it. */
    private static void requireWithin(Range measured, double bound) {
        double furthest = Math.max(Math.abs(measured.min()), measured.max());
        assertThat(furthest).isLessThanOrEqualTo(bound * (1 + 1e-12));
        if (Double.isFinite(bound)) {
            assertThat(furthest).isGreaterThan(0.98 * bound);
        }
        assertThat(measured.min()).isNegative();
        assertThat(measured.max()).isPositive();
    }
}

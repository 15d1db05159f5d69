package chainrule.experiments.dense;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Elementwise;

import org.junit.jupiter.api.Test;

/** Compares the proved bounds with a dense search in double precision. */
class ActivationClaimsTest {
    private static final int STEPS = 1000;

    /** ∂E/∂vᵢ of E = ½Σₖ(yₖ − tₖ)² behind a softmax with outputs y; the first class is the target. */
    private static double gradient(double[] y, int i) {
        double weighted = 0;
        for (int k = 0; k < y.length; k++) {
            weighted += (y[k] - (k == 0 ? 1 : 0)) * y[k];
        }
        return y[i] * (y[i] - (i == 0 ? 1 : 0) - weighted);
    }

    @Test
    void softmaxSquaredErrorApproachesItsBound() {
        double most = 0;
        for (int a = 0; a <= STEPS; a++) {
            for (int b = 0; a + b <= STEPS; b++) {
                double p = (double) a / STEPS;
                double q = (double) b / STEPS;
                double rest = 1 - p - q;
                for (double part : new double[] {0, 0.5, 1}) { // up to four classes
                    double[] y = {p, q, part * rest, (1 - part) * rest};
                    for (int i = 0; i < y.length; i++) {
                        most = Math.max(most, Math.abs(gradient(y, i)));
                    }
                }
            }
        }
        assertThat(most).isLessThanOrEqualTo(8.0 / 27 + 1e-12).isGreaterThan(8.0 / 27 - 1e-5);
        for (Elementwise f : new Elementwise[] {Elementwise.SIGMOID, Elementwise.TANH}) {
            assertThat(ActivationClaims.of(f).softmaxBound()).isEqualTo(8.0 / 27);
        }
    }

    @Test
    void directSquaredErrorApproachesItsBound() {
        for (Elementwise f : new Elementwise[] {Elementwise.SIGMOID, Elementwise.TANH}) {
            double bound = ActivationClaims.of(f).directBound();
            double most = 0;
            for (int i = -200_000; i <= 200_000; i++) {
                double v = i / 10_000.0;
                double y = f.value(v, 0);
                for (int t = 0; t <= 1; t++) {
                    most = Math.max(most, Math.abs((y - t) * f.derivative(v, y, 0)));
                }
            }
            assertThat(most).isLessThanOrEqualTo(bound + 1e-12).isGreaterThan(bound - 1e-6);
        }
    }

    @Test
    void comparesTheAssignmentsRangesWithTheTrueOnes() {
        assertThat(ActivationClaims.of(Elementwise.SIGMOID).assignedContainsTrue()).isFalse();
        assertThat(ActivationClaims.of(Elementwise.RELU).assignedContainsTrue()).isFalse();
        assertThat(ActivationClaims.of(Elementwise.TANH).assignedContainsTrue()).isTrue();
        assertThat(ActivationClaims.of(Elementwise.LECUN).assignedContainsTrue()).isTrue();
        assertThat(ActivationClaims.of(Elementwise.RELU).assigned().max()).isInfinite();
    }
}

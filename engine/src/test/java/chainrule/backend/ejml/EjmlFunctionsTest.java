package chainrule.backend.ejml;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Elementwise;

import org.junit.jupiter.api.Test;

class EjmlFunctionsTest {
    /** One float in 2000 of all those between 2⁻³⁰ and 20, and their negatives. */
    @Test
    void tanhStaysWithinItsErrorBoundAndBelowOne() {
        double worst = 0;
        float largest = 0;
        for (int bits = Float.floatToIntBits(0x1p-30f); bits < Float.floatToIntBits(20f); bits += 2000) {
            float x = Float.intBitsToFloat(bits);
            float y = EjmlFunctions.tanh(x);
            worst = Math.max(worst, Math.abs(y - Math.tanh(x)));
            largest = Math.max(largest, y);
            assertThat(EjmlFunctions.tanh(-x)).isEqualTo(-y);
        }
        assertThat(worst).isLessThan(4.2e-7);
        assertThat(largest).isEqualTo(1 - 0x1p-24f);
    }

    /** Against the error function of commons-math, by GELU(−x) = −x·(1 − Φ(x)). */
    @Test
    void upperTailOfTheNormalDistributionStaysWithinItsErrorBound() {
        double worst = 0;
        for (int i = 1; i <= 200_000; i++) {
            float x = i * 1e-4f;
            double exact = Elementwise.GELU.value(-x, 0) / -x;
            double tail = EjmlFunctions.upperTail(x, (float) Math.exp(-0.5 * x * x));
            worst = Math.max(worst, Math.abs(tail - exact));
        }
        assertThat(worst).isLessThan(3e-7);
    }

    @Test
    void tanhOfNanIsNan() {
        assertThat(EjmlFunctions.tanh(Float.NaN)).isNaN();
    }
}

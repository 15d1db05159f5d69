package chainrule.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.cpu.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

class DropoutTest {
    private final Backend k = new ReferenceBackend();

    @BeforeEach
    void open() {
        k.openScope("test");
    }

    @AfterEach
    void close() {
        k.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.2, 0.5, 0.9})
    void gradients(double rate) {
        Tensor x = TestTensors.variable(k, "x", 1, 3, 7);
        TestTensors.check(k, t -> t.run(Dropout.of(k, x, rate, 42)), x);
    }

    @Test
    void runningTheOpAgainDrawsTheSameMask() {
        Tensor x = TestTensors.variable(k, "x", 1, 5, 5);
        Dropout op = Dropout.of(k, x, 0.4, 7);
        Tape tape = new Tape(k);
        double[] first = k.download(tape.run(op).buffer());
        assertThat(k.download(tape.run(op).buffer())).containsExactly(first);
        assertThat(k.download(tape.run(Dropout.of(k, x, 0.4, 8)).buffer())).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1001, 50_003})
    void masksAreTheSameOnBothBackends(int n) {
        for (double rate : new double[] {0, 0.1, 1.0 / 3, 0.5, 0.75}) {
            double[] expected = mask(k, n, rate);
            for (int threads : new int[] {1, 3}) {
                try (Backend ejml = new EjmlBackend(threads)) {
                    ejml.openScope("test");
                    double[] actual = mask(ejml, n, rate);
                    assertThat(actual).hasSameSizeAs(expected);
                    for (int i = 0; i < n; i++) {
                        assertThat((float) actual[i]).isEqualTo((float) expected[i]);
                    }
                }
            }
        }
    }

    private static double[] mask(Backend k, int n, double rate) {
        Tensor ones = Tensor.constant(k, "x", Shape.of(n), Arrays.stream(new double[n]).map(_ -> 1).toArray());
        return k.download(new Tape(k).run(Dropout.of(k, ones, rate, 0xC0FFEE)).buffer());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.8})
    void keptNumbersAreScaledSoThatTheExpectationStays(double rate) {
        int n = 200_000;
        double[] mask = mask(k, n, rate);
        assertThat(mask).containsOnly(0, 1 / (1 - rate));
        double deviation = Math.sqrt(rate / (1 - rate) / n); // of the mean of n such numbers
        assertThat(StatUtils.mean(mask)).isCloseTo(1, within(4 * deviation));
    }

    @Test
    void rejectsImpossibleRates() {
        Tensor x = TestTensors.variable(k, "x", 1, 2, 2);
        for (double rate : new double[] {-0.1, 1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> Dropout.of(k, x, rate, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("dropout", "rate " + rate);
        }
        assertThatThrownBy(() -> new Dropout(x, 0.5, 1, k.allocate(3, "short")))
                .hasMessageContainingAll("'short' (3 numbers)", "x [2 × 2]");
    }
}

package chainrule.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.ejml.EjmlBackend;
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
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.2, 0.5, 0.9})
    void gradients(double rate) {
        Tensor x = TestTensors.variable(backend, "x", 1, 3, 7);
        TestTensors.check(backend, t -> t.run(Dropout.of(backend, x, rate, 42)), x);
    }

    @Test
    void drawsTheSameMaskWhenTheOpRunsAgain() {
        Tensor x = TestTensors.variable(backend, "x", 1, 5, 5);
        Dropout op = Dropout.of(backend, x, 0.4, 7);
        Tape tape = new Tape(backend);
        double[] first = backend.download(tape.run(op));
        assertThat(backend.download(tape.run(op))).containsExactly(first);
        assertThat(backend.download(tape.run(Dropout.of(backend, x, 0.4, 8)).buffer())).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1001, 50_003})
    void drawsTheSameMaskOnBothBackends(int n) {
        for (double rate : new double[] {0, 0.1, 1.0 / 3, 0.5, 0.75}) {
            double[] expected = mask(backend, n, rate);
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

    private static double[] mask(Backend backend, int n, double rate) {
        Tensor ones = Tensor.constant(backend, "x", Shape.of(n), Arrays.stream(new double[n]).map(_ -> 1).toArray());
        return backend.download(new Tape(backend).run(Dropout.of(backend, ones, rate, 0xC0FFEE)).buffer());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.8})
    void scalesKeptElementsToPreserveTheExpectedValue(double rate) {
        int n = 200_000;
        double[] mask = mask(backend, n, rate);
        assertThat(mask).containsOnly(0, 1 / (1 - rate));
        double deviation = Math.sqrt(rate / (1 - rate) / n); // of the mean of n such elements
        assertThat(StatUtils.mean(mask)).isCloseTo(1, within(4 * deviation));
    }

    @Test
    void rejectsImpossibleRates() {
        Tensor x = TestTensors.variable(backend, "x", 1, 2, 2);
        for (double rate : new double[] {-0.1, 1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> Dropout.of(backend, x, rate, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("dropout", "rate " + rate);
        }
        Tensor mask = TestTensors.variable(backend, "short", 2, 3);
        assertThatThrownBy(() -> new Dropout(x, 0.5, 1, mask)).hasMessageContainingAll("short [3]", "x [2 × 2]");
    }
}

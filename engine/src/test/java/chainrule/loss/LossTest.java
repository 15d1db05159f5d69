package chainrule.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.op.TestTensors;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values computed by hand, derivatives against central differences, and the metadata of the losses. */
class LossTest {
    private static final double LOG3 = Math.log(3);
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private Tensor target(double... values) {
        return Tensor.constant(backend, "t", Shape.of(2, values.length / 2), values);
    }

    private double value(Op loss) {
        return backend.scalar(new Tape(backend).run(loss));
    }

    @Test
    void softmaxCrossEntropyIsTheMeanOverTheRows() {
        // softmax (¼, ¾) and (½, ½)
        Tensor z = Tensor.variable(backend, "z", Shape.of(2, 2), 0, LOG3, 5, 5);
        double expected = -(Math.log(0.75) + 0.2 * Math.log(0.5) + 0.8 * Math.log(0.5)) / 2;
        assertThat(value(new SoftmaxCrossEntropy(z, target(0, 1, 0.2, 0.8)))).isCloseTo(expected, within(1e-12));
    }

    @Test
    void binaryCrossEntropyIsTheMeanOverAllEntries() {
        // σ(z) = ¾, ½, ¼, ½
        Tensor z = Tensor.variable(backend, "z", Shape.of(2, 2), LOG3, 0, -LOG3, 0);
        double expected = -(Math.log(0.75) + Math.log(0.5) + Math.log(0.25) + Math.log(0.5)) / 4;
        assertThat(value(new BinaryCrossEntropy(z, target(1, 0, 1, 0.3)))).isCloseTo(expected, within(1e-12));
    }

    @Test
    void squaredErrorsDifferInTheirFactor() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        Tensor t = target(0, 2, 5, 4, 5, 9); // Σ (x − t)² = 1 + 4 + 9
        assertThat(value(SquaredError.mean(x, t))).isCloseTo(14.0 / 6, within(1e-12));
        assertThat(value(SquaredError.halfSum(x, t))).isCloseTo(14.0 / 2 / 2, within(1e-12));
        assertThat(value(new SquaredError("three times the sum", 3, x, t))).isCloseTo(42, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource
    void gradients(Loss loss) {
        Tensor x = TestTensors.variable(backend, "x", 1, 2, 3);
        Tensor t = target(1, 0, 0, 0.2, 0.3, 0.5);
        TestTensors.check(backend, tape -> tape.run(loss.of(x, t)), x);
    }

    @ParameterizedTest
    @CsvSource({
        "SOFTMAX_CROSS_ENTROPY, softmax cross-entropy",
        "BINARY_CROSS_ENTROPY, binary cross-entropy",
        "MEAN_SQUARED_ERROR, mean squared error",
        "HALF_SUM_SQUARES, half sum of squares",
    })
    void lossIsAnOpWithNameOperandsAndShape(Loss loss, String name) {
        Tensor x = TestTensors.variable(backend, "x", 1, 2, 3);
        Tensor t = target(1, 0, 0, 0, 1, 0);
        Op op = loss.of(x, t);
        assertThat(op.name()).isEqualTo(name);
        assertThat(op.inputs()).containsExactly(x, t);
        assertThat(op.shape()).isEqualTo(Shape.of());
    }

    @ParameterizedTest
    @CsvSource({
        "SOFTMAX_CROSS_ENTROPY, softmax cross-entropy",
        "BINARY_CROSS_ENTROPY, binary cross-entropy",
        "MEAN_SQUARED_ERROR, mean squared error",
        "HALF_SUM_SQUARES, half sum of squares",
    })
    void rejectsOutputAndTargetThatDoNotFit(Loss loss, String name) {
        Tensor x = TestTensors.variable(backend, "x", 1, 2, 3);
        assertThatThrownBy(() -> loss.of(x, target(1, 0, 0, 1)))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        name
                                + ": output x [2 × 3] and target t [2 × 2] must have the same shape; does the last"
                                + " layer have one unit per class?");
        assertThatThrownBy(() -> loss.of(x, x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name + ": x [2 × 3] is a target and gets no gradient; pass it as a Tensor.constant");
    }
}

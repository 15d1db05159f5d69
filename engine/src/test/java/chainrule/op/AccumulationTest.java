package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Window;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.function.BiFunction;

/** y = f(f(x) + x): every op must add to an existing gradient, of its parameters as well. */
class AccumulationTest {
    private final Backend backend = new ReferenceBackend();
    private final Window window = Window.same(4, 3, 2, 3, 2, 1, 1);
    private Tensor x;

    @BeforeEach
    void open() {
        backend.openScope("test");
        x = TestTensors.distinct(backend, "x", 1, 2, 4, 3, 2);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private void check(BiFunction<Tape, Tensor, Tensor> f, Tensor... variables) {
        TestTensors.check(
                backend,
                tape -> {
                    Tensor once = f.apply(tape, x);
                    return f.apply(tape, tape.run(new Add(once, x)));
                },
                variables);
    }

    @Test
    void products() {
        Tensor weight = TestTensors.variable(backend, "weight", 2, 2, 2);
        Tensor bias = TestTensors.variable(backend, "bias", 3, 2);
        check((tape, t) -> tape.run(new Affine(t, weight, bias)), x, weight, bias);
        Tensor square = TestTensors.variable(backend, "square", 4, 3, 3);
        TestTensors.check(backend, tape -> tape.run(new MatMul(square, square)), square);
        TestTensors.check(backend, tape -> tape.run(new Affine(square, square, null)), square);
    }

    @Test
    void convolution() {
        Tensor weight = TestTensors.variable(backend, "weight", 2, 3, 2, 2, 2);
        Tensor bias = TestTensors.variable(backend, "bias", 3, 2);
        check((tape, t) -> tape.run(new Convolution(t, weight, bias, window)), x, weight, bias);
    }

    @Test
    void pooling() {
        check((tape, t) -> tape.run(new MaxPool(t, window)), x);
        check((tape, t) -> tape.run(new AveragePool(t, window)), x);
    }

    @Test
    void normalization() {
        Tensor gamma = TestTensors.variable(backend, "gamma", 2, 2);
        Tensor beta = TestTensors.variable(backend, "beta", 3, 2);
        Tensor mean = Tensor.constant(backend, "mean", Shape.of(2), 0.3, -0.2);
        Tensor variance = Tensor.constant(backend, "variance", Shape.of(2), 0.5, 2);
        check((tape, t) -> tape.run(BatchNorm.of(backend, t, gamma, beta, 0.1)), x, gamma, beta);
        check((tape, t) -> tape.run(new Normalize(t, mean, variance, gamma, beta, 0.1)), x, gamma, beta);
    }

    @Test
    void dropout() {
        check((tape, t) -> tape.run(Dropout.of(backend, t, 0.4, 5)), x);
    }
}

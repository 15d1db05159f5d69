package chainrule.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products, sums and elementwise ops: values computed by hand, gradients against central differences, rejected shapes. */
class SimpleOpsTest {
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private Tensor variable(String name, int rows, int cols, double... values) {
        return Tensor.variable(backend, name, Shape.of(rows, cols), values);
    }

    private Tensor constant(String name, int... sizes) {
        Shape shape = Shape.of(sizes);
        return Tensor.constant(backend, name, shape, TestTensors.normal(7, shape.elements()));
    }

    private void assertValue(Op op, double... expected) {
        assertThat(backend.download(new Tape(backend).run(op))).containsExactly(expected, within(1e-12));
    }

    @Test
    void values() {
        Tensor a = variable("a", 2, 3, 1, 2, 3, 4, 5, 6);
        Tensor b = variable("b", 3, 1, 1, 0, -2);
        assertValue(new MatMul(a, b), -5, -8);
        assertValue(new Affine(a, b, null), -5, -8);
        assertValue(new Affine(a, b, Tensor.variable(backend, "c", Shape.of(1), 10)), 5, 2);
        assertValue(new Add(a, variable("d", 2, 3, 10, 20, 30, 40, 50, 60)), 11, 22, 33, 44, 55, 66);
        assertValue(new Scale(-0.5, a), -0.5, -1, -1.5, -2, -2.5, -3);
        assertValue(new Reshape(a, Shape.of(3, 2)), 1, 2, 3, 4, 5, 6);
        assertValue(new Apply(Elementwise.LEAKY_RELU, 0.25, variable("x", 1, 2, -4, 8)), -1, 8);
        assertValue(new Softmax(variable("x", 2, 2, 0, Math.log(3), 1, 1)), 0.25, 0.75, 0.5, 0.5);
    }

    @Test
    void gradients() {
        Tensor a = TestTensors.variable(backend, "a", 1, 4, 3);
        Tensor b = TestTensors.variable(backend, "b", 2, 3, 2);
        Tensor c = TestTensors.variable(backend, "c", 3, 2);
        Tensor d = TestTensors.variable(backend, "d", 4, 4, 3);
        TestTensors.check(backend, t -> t.run(new MatMul(a, b)), a, b);
        TestTensors.check(backend, t -> t.run(new Affine(a, b, c)), a, b, c);
        TestTensors.check(backend, t -> t.run(new Affine(a, b, null)), a, b);
        TestTensors.check(backend, t -> t.run(new Add(a, d)), a, d);
        TestTensors.check(backend, t -> t.run(new Add(a, a)), a);
        TestTensors.check(backend, t -> t.run(new Scale(-1.5, a)), a);
        TestTensors.check(backend, t -> t.run(new Reshape(a, Shape.of(2, 6))), a);
        TestTensors.check(backend, t -> t.run(new Softmax(a)), a);
    }

    @ParameterizedTest
    @EnumSource
    void gradientsOfElementwiseFunctions(Elementwise f) {
        Tensor x = TestTensors.variable(backend, "x", 1, 4, 3);
        TestTensors.check(backend, t -> t.run(new Apply(f, 0.2, x)), x);
    }

    /** One of the operands is constant; the gradients of the others do not change. */
    @Test
    void gradientsNextToConstants() {
        Tensor a = TestTensors.variable(backend, "a", 1, 4, 3);
        Tensor b = TestTensors.variable(backend, "b", 2, 3, 2);
        Tensor c = TestTensors.variable(backend, "c", 3, 2);
        Tensor x = constant("x", 4, 3);
        Tensor w = constant("w", 3, 2);
        TestTensors.check(backend, t -> t.run(new MatMul(x, b)), b);
        TestTensors.check(backend, t -> t.run(new MatMul(a, w)), a);
        TestTensors.check(backend, t -> t.run(new Affine(x, b, c)), b, c);
        TestTensors.check(backend, t -> t.run(new Affine(a, w, c)), a, c);
        TestTensors.check(backend, t -> t.run(new Affine(a, b, constant("bias", 2))), a, b);
        TestTensors.check(backend, t -> t.run(new Add(x, a)), a);
        TestTensors.check(backend, t -> t.run(new Add(a, x)), a);
    }

    /** A vector of 6 reads as one row of 6, but it is not a matrix. */
    @Test
    void rejectsOperandsThatAreNotMatrices() {
        Tensor vector = TestTensors.variable(backend, "v", 1, 6);
        Tensor row = TestTensors.variable(backend, "row", 1, 1, 6);
        Tensor column = TestTensors.variable(backend, "column", 1, 6, 1);
        assertThatThrownBy(() -> new MatMul(vector, column))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "matmul: v [6] · column [6 × 1]: both must be matrices and the inner sizes, 6 and 6, equal");
        assertThatThrownBy(() -> new MatMul(column, vector))
                .isInstanceOf(ShapeException.class)
                .hasMessageStartingWith("matmul: column [6 × 1] · v [6]: both must be matrices");
        assertThatThrownBy(() -> new Affine(row, vector, null))
                .isInstanceOf(ShapeException.class)
                .hasMessageStartingWith("affine: row [1 × 6] · v [6]: ");
    }
}

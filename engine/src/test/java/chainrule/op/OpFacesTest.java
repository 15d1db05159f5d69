package chainrule.op;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.Window;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ops say of themselves, and {@code explain} prints: name, operands and shape. */
class OpFacesTest {
    private final Backend k = new ReferenceBackend();

    @BeforeEach
    void open() {
        k.openScope("test");
    }

    @AfterEach
    void close() {
        k.close();
    }

    private Tensor tensor(String name, int... sizes) {
        return TestTensors.variable(k, name, 1, sizes);
    }

    private static void assertFace(Op op, String name, Shape shape, Tensor... inputs) {
        assertThat(op.name()).isEqualTo(name);
        assertThat(op.shape()).isEqualTo(shape);
        assertThat(op.inputs()).containsExactly(inputs);
    }

    @Test
    void products() {
        Tensor x = tensor("x", 2, 5, 3);
        Tensor w = tensor("w", 3, 4);
        Tensor b = tensor("b", 4);
        Tensor a = tensor("a", 5, 3);
        assertFace(new MatMul(a, w), "matmul", Shape.of(5, 4), a, w);
        assertFace(new Affine(x, w, null), "affine", Shape.of(2, 5, 4), x, w);
        assertFace(new Affine(x, w, b), "affine", Shape.of(2, 5, 4), x, w, b);
    }

    @Test
    void images() {
        Window window = Window.valid(5, 4, 2, 2, 3, 1, 1);
        Tensor x = tensor("x", 3, 5, 4, 2);
        Tensor w = tensor("w", 2, 3, 2, 6);
        Tensor b = tensor("b", 6);
        Shape filtered = Shape.of(3, 4, 2, 6);
        assertFace(new Convolution(x, w, null, window), "convolution", filtered, x, w);
        assertFace(new Convolution(x, w, b, window), "convolution", filtered, x, w, b);
        Shape pooled = Shape.of(3, 4, 2, 2);
        assertFace(new MaxPool(x, window), "max pool", pooled, x);
        assertFace(new AveragePool(x, window), "average pool", pooled, x);
        assertFace(AveragePool.global(x), "average pool", Shape.of(3, 1, 1, 2), x);
    }

    @Test
    void normalisation() {
        Tensor x = tensor("x", 4, 3);
        Tensor gamma = tensor("gamma", 3);
        Tensor beta = tensor("beta", 3);
        Tensor mean = Tensor.constant(k, "mean", Shape.of(3), 0, 0, 0);
        Tensor variance = Tensor.constant(k, "variance", Shape.of(3), 1, 1, 1);
        assertFace(BatchNorm.of(k, x, gamma, beta, 0.1), "batch norm", x.shape(), x, gamma, beta);
        assertFace(
                new Normalize(x, mean, variance, gamma, beta, 0.1),
                "normalize",
                x.shape(),
                x,
                mean,
                variance,
                gamma,
                beta);
    }

    @Test
    void theOthers() {
        Tensor x = tensor("x", 4, 3);
        Tensor y = tensor("y", 4, 3);
        assertFace(new Add(x, y), "add", x.shape(), x, y);
        assertFace(new Scale(2, x), "scale", x.shape(), x);
        assertFace(new Softmax(x), "softmax", x.shape(), x);
        assertFace(new Reshape(x, Shape.of(2, 6)), "reshape", Shape.of(2, 6), x);
        assertFace(Dropout.of(k, x, 0.5, 1), "dropout", x.shape(), x);
    }

    @ParameterizedTest
    @EnumSource
    void elementwise(Elementwise f) {
        Tensor x = tensor("x", 4, 3);
        assertFace(new Map(f, 0.1, x), f.label(), x.shape(), x);
    }
}

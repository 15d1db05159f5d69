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

/** The name, operands and shape of each op, which {@code explain} prints. */
class OpMetadataTest {
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private Tensor tensor(String name, int... sizes) {
        return TestTensors.variable(backend, name, 1, sizes);
    }

    private static void assertMetadata(Op op, String name, Shape shape, Tensor... inputs) {
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
        assertMetadata(new MatMul(a, w), "matmul", Shape.of(5, 4), a, w);
        assertMetadata(new Affine(x, w, null), "affine", Shape.of(2, 5, 4), x, w);
        assertMetadata(new Affine(x, w, b), "affine", Shape.of(2, 5, 4), x, w, b);
    }

    @Test
    void images() {
        Window window = Window.valid(5, 4, 2, 2, 3, 1, 1);
        Tensor x = tensor("x", 3, 5, 4, 2);
        Tensor w = tensor("w", 2, 3, 2, 6);
        Tensor b = tensor("b", 6);
        Shape filtered = Shape.of(3, 4, 2, 6);
        assertMetadata(new Convolution(x, w, null, window), "convolution", filtered, x, w);
        assertMetadata(new Convolution(x, w, b, window), "convolution", filtered, x, w, b);
        Shape pooled = Shape.of(3, 4, 2, 2);
        assertMetadata(new MaxPool(x, window), "max pool", pooled, x);
        assertMetadata(new AveragePool(x, window), "average pool", pooled, x);
        assertMetadata(AveragePool.global(x), "average pool", Shape.of(3, 1, 1, 2), x);
    }

    @Test
    void normalization() {
        Tensor x = tensor("x", 4, 3);
        Tensor gamma = tensor("gamma", 3);
        Tensor beta = tensor("beta", 3);
        Tensor mean = Tensor.constant(backend, "mean", Shape.of(3), 0, 0, 0);
        Tensor variance = Tensor.constant(backend, "variance", Shape.of(3), 1, 1, 1);
        assertMetadata(BatchNorm.of(backend, x, gamma, beta, 0.1), "batch norm", x.shape(), x, gamma, beta);
        assertMetadata(
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
    void otherOps() {
        Tensor x = tensor("x", 4, 3);
        Tensor y = tensor("y", 4, 3);
        assertMetadata(new Add(x, y), "add", x.shape(), x, y);
        assertMetadata(new Scale(2, x), "scale", x.shape(), x);
        assertMetadata(new Softmax(x), "softmax", x.shape(), x);
        assertMetadata(new Reshape(x, Shape.of(2, 6)), "reshape", Shape.of(2, 6), x);
        assertMetadata(Dropout.of(backend, x, 0.5, 1), "dropout", x.shape(), x);
    }

    @ParameterizedTest
    @EnumSource
    void elementwise(Elementwise f) {
        Tensor x = tensor("x", 4, 3);
        assertMetadata(new Apply(f, 0.1, x), f.label(), x.shape(), x);
    }
}

package chainrule.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.loss.Loss;
import chainrule.op.Add;
import chainrule.op.Affine;
import chainrule.op.MatMul;
import chainrule.op.Reshape;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages about shapes that do not fit: they name the op or layer, its operands, and what to do. */
class ShapeMessagesTest {
    private final Backend backend = new ReferenceBackend();
    private Scope scope;

    @BeforeEach
    void open() {
        scope = backend.openScope("test");
    }

    @AfterEach
    void close() {
        scope.close();
        backend.close();
    }

    private Tensor tensor(String name, int... sizes) {
        Shape shape = Shape.of(sizes);
        return Tensor.constant(name, shape, backend.zeros(shape.elements(), name));
    }

    @Test
    void affine() {
        assertThatThrownBy(() -> new Affine(tensor("x", 64, 10), tensor("dense1.weight", 12, 5), null))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "affine: x [64 × 10] · dense1.weight [12 × 5]: the last size of the input, 10, must equal the"
                                + " first of the weights; flatten the input or change the layer before");
        assertThatThrownBy(() -> new Affine(tensor("x", 2, 3), tensor("w", 3, 5), tensor("b", 4)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("affine: bias b [4] must have one element per column of w [3 × 5]");
    }

    @Test
    void builtNetRejectsOtherExampleShapesAndTooLargeBatches() {
        Sequential net = Sequential.build(backend, 1, Shape.of(1), new Dense(1 << 16));
        assertThat(net.forward(new Tape(backend), tensor("x", 3, 1)).shape()).isEqualTo(Shape.of(3, 1 << 16));
        assertThatThrownBy(() -> net.forward(new Tape(backend), tensor("x", 3, 2)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("the net was built for examples of shape [1], got a batch x [3 × 2]");
        Tensor large = tensor("x", 1 << 15, 1);
        assertThatThrownBy(() -> net.forward(new Tape(backend), large))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("has more than 2³¹ − 1 elements");
    }

    @Test
    void matMulAddReshapeAndLoss() {
        assertThatThrownBy(() -> new MatMul(tensor("a", 2, 3), tensor("b", 4, 5)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("matmul: a [2 × 3] · b [4 × 5]: both must be matrices and the inner sizes, 3 and 4, equal");
        assertThatThrownBy(() -> new Add(tensor("a", 2), tensor("b", 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("add: a [2] + b [3]: the shapes must be equal");
        assertThatThrownBy(() -> new Reshape(tensor("x", 2, 3), Shape.of(5)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("reshape: x [2 × 3] has 6 elements, [5] has 5");
        for (Loss loss : Loss.values()) {
            assertThatThrownBy(() -> loss.of(tensor("logits", 64, 9), tensor("labels", 64, 10)))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining(
                            "output logits [64 × 9] and target labels [64 × 10] must have the same shape; does the"
                                    + " last layer have one unit per class?");
        }
    }

    @Test
    void tensors() {
        assertThatThrownBy(() -> Tensor.constant(backend, "x", Shape.of(3), 1, 2))
                .isInstanceOf(ShapeException.class)
                .hasMessage("x [3] needs 3 values, got 2");
        assertThatThrownBy(() -> Tensor.variable("x", Shape.of(3), backend.allocate(4, "x")))
                .isInstanceOf(ShapeException.class)
                .hasMessage("x [3] needs 3 elements, its buffer has 4");
    }

    @Test
    void buildNamesTheLayerThatDoesNotFit() {
        assertThatThrownBy(() -> Sequential.build(backend, 7, Shape.of(28, 28, 1), new Dense(10)))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "layer 1 of 1, dense1, after the input [28 × 28 × 1]: dense takes a vector per example, got"
                                + " [28 × 28 × 1]; put a Flatten before it");
        assertThatThrownBy(
                        () ->
                                Sequential.build(
                                        backend,
                                        7,
                                        Shape.of(4, 4),
                                        Activation.named("tanh"),
                                        new Dense(3),
                                        new Flatten()))
                .hasMessageStartingWith("layer 2 of 3, dense1, after tanh1 [4 × 4]: ");
        assertThatThrownBy(() -> new Dense(0)).hasMessage("dense: 0 units, expected at least 1");
    }

    @Test
    void rejectsBatchOfTheWrongShape() {
        Sequential net = Sequential.build(backend, 7, Shape.of(4), new Dense(3));
        assertThatThrownBy(() -> net.forward(new Tape(backend), tensor("batch", 2, 5)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("the net was built for examples of shape [4], got a batch batch [2 × 5]");
    }

    @Test
    void listsTheKnownNamesForAnUnknownOne() {
        assertThatThrownBy(() -> Activation.named("swish"))
                .hasMessageStartingWith("unknown activation 'swish', expected one of identity, relu, leaky-relu, tanh,")
                .hasMessageEndingWith(String.join(", ", Activation.names()));
        Sequential net = Sequential.build(backend, 7, Shape.of(4), new Dense(3));
        assertThatThrownBy(() -> net.parameter("dense2.weight"))
                .hasMessage("no parameter 'dense2.weight'; there are [dense1.weight, dense1.bias]");
    }

    @Test
    void builtNetNamesItsLayersAndCountsItsParameters() {
        Sequential net =
                Sequential.build(
                        backend,
                        7,
                        Shape.of(2, 2),
                        new Flatten(),
                        new Dense(3),
                        Activation.named("Leaky_ReLU"),
                        new Dense(2));
        assertThat(net.stages())
                .extracting(Sequential.Stage::name)
                .containsExactly("flatten1", "dense1", "leaky-relu1", "dense2");
        assertThat(net.outputShape()).isEqualTo(Shape.of(2));
        assertThat(net.trainableParameterCount()).isEqualTo(4 * 3 + 3 + 3 * 2 + 2);
        assertThat(net.summary()).contains("leaky-relu1").contains("15").contains("23");
        assertThat(net.forward(new Tape(backend), tensor("x", 5, 2, 2)).shape()).isEqualTo(Shape.of(5, 2));
    }

    @Test
    void scalarShapeHasNoAxes() {
        assertThatThrownBy(() -> Shape.of().example())
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("shape []");
        assertThatThrownBy(() -> Shape.of().withLast(3))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("shape []");
    }

    @Test
    void lossRejectsDifferentiableTarget() {
        try (Backend backend = new ReferenceBackend()) {
            Tensor x = Tensor.variable(backend, "x", Shape.of(1, 2), 1, 2);
            Tensor t = Tensor.variable(backend, "t", Shape.of(1, 2), 0, 1);
            for (Loss loss : Loss.values()) {
                assertThatThrownBy(() -> loss.of(x, t))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("t [1 × 2]")
                        .hasMessageContaining("Tensor.constant");
            }
            x.buffer().close();
            t.buffer().close();
        }
    }
}

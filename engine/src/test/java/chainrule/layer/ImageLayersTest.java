package chainrule.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.initializer.VarianceScaling;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageLayersTest {
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void outputShapes() {
        Shape image = Shape.of(28, 27, 3);
        assertThat(Conv2d.same(8, 3).outputShape(image)).isEqualTo(Shape.of(28, 27, 8));
        assertThat(Conv2d.valid(8, 5).outputShape(image)).isEqualTo(Shape.of(24, 23, 8));
        assertThat(Conv2d.same(8, 3).withStride(2).outputShape(image)).isEqualTo(Shape.of(14, 14, 8));
        assertThat(new Conv2d(4, 3, 2, 2, 3, Padding.VALID, false, VarianceScaling.heNormal()).outputShape(image))
                .isEqualTo(Shape.of(13, 9, 4));
        assertThat(MaxPool2d.of(2).outputShape(image)).isEqualTo(Shape.of(14, 13, 3));
        assertThat(AveragePool2d.of(3, 2).outputShape(image)).isEqualTo(Shape.of(13, 13, 3));
        assertThat(new GlobalAveragePool2d().outputShape(image)).isEqualTo(Shape.of(3));
        assertThat(new BatchNorm().outputShape(image)).isEqualTo(image);
        assertThat(new Dropout(0.5).outputShape(image)).isEqualTo(image);
        assertThat(Reshape.to(14, 14, 4).outputShape(Shape.of(784))).isEqualTo(Shape.of(14, 14, 4));
    }

    @Test
    void forwardReturnsTheStatedShapes() {
        Sequential net =
                Sequential.build(
                        backend,
                        3,
                        Shape.of(120),
                        Reshape.to(10, 12, 1),
                        Conv2d.same(4, 3).withStride(2),
                        new BatchNorm(),
                        Activation.named("relu"),
                        AveragePool2d.of(2, 1),
                        Conv2d.valid(5, 2).withoutBias(),
                        MaxPool2d.of(2),
                        new Dropout(0.5),
                        new GlobalAveragePool2d(),
                        new Dense(3));
        Tensor y = net.forward(new Tape(backend), Tensor.constant(backend, "x", Shape.of(7, 120), new double[840]));
        assertThat(y.shape()).isEqualTo(Shape.of(7, 3)).isEqualTo(net.outputShape().batch(7));
        assertThat(net.stages().stream().map(Sequential.Stage::output))
                .contains(Shape.of(10, 12, 1), Shape.of(5, 6, 4), Shape.of(4, 5, 4), Shape.of(3, 4, 5), Shape.of(5));
        assertThat(net.parameter("conv1.weight").shape()).isEqualTo(Shape.of(3, 3, 1, 4));
        assertThat(net.parameter("conv2.weight").shape()).isEqualTo(Shape.of(2, 2, 4, 5));
        assertThatThrownBy(() -> net.parameter("conv2.bias")).isInstanceOf(IllegalArgumentException.class);
        assertThat(net.trainableParameterCount()).isEqualTo(36 + 4 + 8 + 80 + 15 + 3);
        net.parameter("conv1.weight").setFrozen(true);
        assertThat(net.trainableParameterCount()).as("without the frozen 36").isEqualTo(4 + 8 + 80 + 15 + 3);
        assertThat(net.summary()).containsPattern("trainable +110");
    }

    @Test
    void rejectsNetsThatDoNotFitWithPlaceAndAdvice() {
        assertThatThrownBy(() -> Sequential.build(backend, 1, Shape.of(784), Conv2d.same(8, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("layer 1 of 1", "conv1", "[784]", "put a Reshape before it");
        assertThatThrownBy(() -> Sequential.build(backend, 1, Shape.of(3, 3, 1), MaxPool2d.of(2), Conv2d.valid(8, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("layer 2 of 2", "after maxpool1 [1 × 1 × 1]", "3×3", "padding 'same'");
        assertThatThrownBy(() -> Sequential.build(backend, 1, Shape.of(1, 4, 1), AveragePool2d.of(2)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("avgpool1", "2×2", "[1 × 4 × 1]", "smaller window");
        assertThatThrownBy(() -> Sequential.build(backend, 1, Shape.of(5), new GlobalAveragePool2d()))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("globalavgpool1", "[5]");
        assertThatThrownBy(() -> Sequential.build(backend, 1, Shape.of(5), Reshape.to(2, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("reshape to [2 × 3]", "6 elements", "[5]");
        assertThatThrownBy(() -> Sequential.build(backend, 1, Shape.of(4, 4, 1), Conv2d.same(2, 3), new Dense(3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("dense1", "put a Flatten before it");
    }

    @Test
    void rejectsImpossibleLayers() {
        assertThatThrownBy(() -> Conv2d.same(0, 3)).hasMessageContaining("0 filters");
        assertThatThrownBy(() -> Conv2d.same(4, 0)).hasMessageContaining("0×0");
        assertThatThrownBy(() -> MaxPool2d.of(2, 0)).hasMessageContaining("stride 0×0");
        assertThatThrownBy(() -> AveragePool2d.of(-1)).hasMessageContaining("-1×-1");
        assertThatThrownBy(() -> new Dropout(1)).hasMessageContaining("rate 1.0");
        assertThatThrownBy(() -> new BatchNorm(1.1, 1e-5)).hasMessageContaining("momentum 1.1");
        assertThatThrownBy(() -> new BatchNorm(0.9, 0)).hasMessageContaining("epsilon 0.0");
    }
}

package chainrule.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.initializer.Constant;
import chainrule.initializer.VarianceScaling;
import chainrule.op.Scale;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kinds of layers, their output shapes, and the limits of their settings. */
class LayersTest {
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    /** Model files contain the kinds, and the names of layers count them. */
    @Test
    void kinds() {
        assertThat(new Dense(3).kind()).isEqualTo("dense");
        assertThat(Conv2d.same(3, 3).kind()).isEqualTo("conv");
        assertThat(MaxPool2d.of(2).kind()).isEqualTo("maxpool");
        assertThat(AveragePool2d.of(2).kind()).isEqualTo("avgpool");
        assertThat(new GlobalAveragePool2d().kind()).isEqualTo("globalavgpool");
        assertThat(new BatchNorm().kind()).isEqualTo("batchnorm");
        assertThat(new Dropout(0.5).kind()).isEqualTo("dropout");
        assertThat(Activation.named("Leaky_ReLU").kind()).isEqualTo("leaky-relu");
        assertThat(new Flatten().kind()).isEqualTo("flatten");
        assertThat(Reshape.to(2, 2).kind()).isEqualTo("reshape");
        assertThat(new Scaling(2).kind()).isEqualTo("scaling");
        assertThat(new Softmax().kind()).isEqualTo("softmax");
    }

    @Test
    void elementwiseLayersKeepTheShape() {
        Shape shape = Shape.of(4, 3);
        assertThat(new Scaling(2).outputShape(shape)).isEqualTo(shape);
        assertThat(new Softmax().outputShape(shape)).isEqualTo(shape);
        assertThat(new Dropout(0.5).outputShape(shape)).isEqualTo(shape);
        assertThat(Activation.named("tanh").outputShape(shape)).isEqualTo(shape);
    }

    @Test
    void softmaxMakesEachRowADistribution() {
        Sequential net = Sequential.build(backend, 1, Shape.of(2), new Softmax());
        Tensor x = Tensor.constant(backend, "x", Shape.of(2, 2), 0, Math.log(3), 7, 7);
        assertThat(backend.download(net.forward(new Tape(backend), x).buffer()))
                .containsExactly(new double[] {0.25, 0.75, 0.5, 0.5}, within(1e-12));
    }

    @Test
    void acceptsTheSmallestValuesOfEverySetting() {
        Sequential net =
                Sequential.build(
                        backend,
                        1,
                        Shape.of(1, 1, 1),
                        new Conv2d(1, 1, 1, 1, 1, Padding.VALID, true, Constant.ONES),
                        new MaxPool2d(1, 1, 1, 1),
                        new AveragePool2d(1, 1, 1, 1),
                        new BatchNorm(0, 1e-5),
                        new BatchNorm(1, 1e-5),
                        new Flatten(),
                        new Dense(1));
        assertThat(net.outputShape()).isEqualTo(Shape.of(1));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1, 1", "1, 0, 1, 1", "1, 1, 0, 1", "1, 1, 1, 0"})
    void rejectsWindowsAndStridesBelowOne(int height, int width, int strideHeight, int strideWidth) {
        String window =
                ": a window of "
                        + height
                        + "×"
                        + width
                        + " with stride "
                        + strideHeight
                        + "×"
                        + strideWidth
                        + ": all four must be at least 1";
        assertThatThrownBy(() -> new MaxPool2d(height, width, strideHeight, strideWidth))
                .isInstanceOf(ShapeException.class)
                .hasMessage("maxpool" + window);
        assertThatThrownBy(() -> new AveragePool2d(height, width, strideHeight, strideWidth))
                .isInstanceOf(ShapeException.class)
                .hasMessage("avgpool" + window);
        assertThatThrownBy(
                        () ->
                                new Conv2d(
                                        1, height, width, strideHeight, strideWidth, Padding.SAME, true, Constant.ONES))
                .isInstanceOf(ShapeException.class)
                .hasMessage("conv" + window);
    }

    @Test
    void batchNormRejectsEpsilonThatIsNotPositive() {
        for (double epsilon : new double[] {0, -1, Double.POSITIVE_INFINITY, Double.NaN}) {
            assertThatThrownBy(() -> new BatchNorm(0.9, epsilon))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "batchnorm: epsilon "
                                    + epsilon
                                    + " must be above 0: it keeps a constant column from dividing by 0");
        }
        assertThatThrownBy(() -> new BatchNorm(-0.1, 1e-5)).hasMessage("batchnorm: momentum -0.1 must be in 0 … 1");
    }

    @Test
    void windowedLayersRejectInputsThatAreNotImages() {
        Shape matrix = Shape.of(4, 4);
        for (Layer layer : new Layer[] {MaxPool2d.of(2), AveragePool2d.of(2), Conv2d.valid(3, 2), Conv2d.same(3, 2)}) {
            assertThatThrownBy(() -> layer.outputShape(matrix))
                    .isInstanceOf(ShapeException.class)
                    .hasMessage(
                            layer.kind()
                                    + " takes images [rows × columns × channels], got [4 × 4]; put a Reshape before"
                                    + " it");
        }
    }

    @Test
    void convolutionVariantsChangeOneSettingEach() {
        Conv2d layer = Conv2d.valid(4, 3);
        VarianceScaling he = VarianceScaling.heNormal();
        assertThat(layer.withInitializer(he)).isEqualTo(new Conv2d(4, 3, 3, 1, 1, Padding.VALID, true, he));
        assertThat(layer.withStride(2).withoutBias())
                .isEqualTo(new Conv2d(4, 3, 3, 2, 2, Padding.VALID, false, layer.initializer()));
    }

    @Test
    void netKnowsItsBackendAndInputShapeAndResetsTheLayerOfTheTape() {
        Sequential net = Sequential.build(backend, 1, Shape.of(3), new Dense(2));
        assertThat(net.backend()).isSameAs(backend);
        assertThat(net.inputShape()).isEqualTo(Shape.of(3));
        Tape tape = new Tape(backend);
        Tensor y = net.forward(tape, Tensor.constant(backend, "x", Shape.of(1, 3), 1, 2, 3));
        tape.run(new Scale(2, y));
        assertThat(tape.entries()).extracting(Tape.Entry::layer).containsExactly("dense1", "");
    }
}

package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.MainClasses;
import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.initializer.Initializer;
import chainrule.layer.Activation;
import chainrule.layer.AveragePool2d;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.GlobalAveragePool2d;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Padding;
import chainrule.layer.Reshape;
import chainrule.layer.Scaling;
import chainrule.layer.Sequential;
import chainrule.layer.Softmax;
import chainrule.op.TestTensors;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Saves and reads every layer on the class path with all of its options. */
class EveryLayerTest {
    private static final Shape INPUT = Shape.of(4, 6, 2);

    @TempDir Path temporary;

    /** Samples of every layer that differ in every component; a new layer or component needs samples here. */
    static Stream<Layer> samples() {
        return Stream.concat(
                Stream.of(Elementwise.values()).map(f -> new Activation(f, f == Elementwise.LEAKY_RELU ? 0.3 : 0.01)),
                Stream.of(
                        new Activation(Elementwise.LEAKY_RELU, -0.1),
                        new AveragePool2d(2, 3, 1, 2),
                        new AveragePool2d(1, 2, 2, 1),
                        new BatchNorm(0.7, 0.01, true),
                        new BatchNorm(0.9, 1e-3, false),
                        new Conv2d(3, 2, 3, 1, 2, Padding.SAME, true, Conv2d.same(1, 1).initializer()),
                        new Conv2d(4, 3, 1, 2, 1, Padding.VALID, false, Conv2d.same(1, 1).initializer()),
                        new Dense(5),
                        new Dense(3).withoutBias(),
                        new Dropout(0.3),
                        new Dropout(0.6),
                        new Flatten(),
                        new GlobalAveragePool2d(),
                        new MaxPool2d(2, 3, 1, 2),
                        new MaxPool2d(1, 2, 2, 1),
                        new Reshape(Shape.of(3, 4, 4)),
                        new Reshape(Shape.of(48)),
                        new Scaling(0.3),
                        new Scaling(-2),
                        new Softmax()));
    }

    @Test
    void everyLayerHasASample() {
        assertThat(MainClasses.of(Layer.class))
                .isNotEmpty()
                .allMatch(type -> samples().anyMatch(sample -> sample.getClass() == type));
    }

    /** Makes sure that a missing component would be detected. Initializers are not saved. */
    @Test
    void samplesDifferInEachComponent() {
        for (Class<? extends Layer> type : MainClasses.of(Layer.class)) {
            for (RecordComponent component : type.getRecordComponents()) {
                if (component.getType() != Initializer.class) {
                    long values =
                            samples().filter(type::isInstance).map(layer -> value(component, layer)).distinct().count();
                    assertThat(values).as("samples of %s differ in %s", type, component).isGreaterThan(1);
                }
            }
        }
    }

    private static Object value(RecordComponent component, Layer layer) {
        try {
            return component.getAccessor().invoke(layer);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void readLayersHaveTheSameComponentsAndGiveTheSameBits(Layer layer) {
        Path file = temporary.resolve("net.safetensors");
        boolean ofVectors = layer instanceof Dense || layer instanceof Softmax;
        List<Layer> layers =
                ofVectors ? List.of(new Flatten(), layer, new Dense(2)) : List.of(layer, new Flatten(), new Dense(2));
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            Sequential net = Sequential.build(backend, 3, INPUT, layers);
            for (Parameter p : net.parameters()) { // change all initial values, including running statistics
                double[] values = TestTensors.normal(p.name().hashCode(), p.shape().elements());
                for (int i = 0; p.name().endsWith("var") && i < values.length; i++) {
                    values[i] = 0.1 + Math.abs(values[i]);
                }
                backend.upload(values, p.buffer());
            }
            ModelFile.save(file, net, "test", SavedNet.CLASSES.subList(0, 2), SavedNet.PREPROCESSING);
            ModelFile read = ModelFile.read(file);
            Layer same = read.layers().get(ofVectors ? 1 : 0);
            for (RecordComponent component : layer.getClass().getRecordComponents()) {
                if (component.getType() != Initializer.class) {
                    assertThat(value(component, same)).as(component.getName()).isEqualTo(value(component, layer));
                }
            }
            Sequential again = read.build(backend);
            assertThat(outputs(again, null)).containsExactly(outputs(net, null));
            RandomStream step = RandomStream.of(1, "step");
            assertThat(outputs(again, step)).containsExactly(outputs(net, step));
        }
    }

    private static double[] outputs(Sequential net, RandomStream step) {
        Backend backend = net.backend();
        Tensor x = TestTensors.variable(backend, "x", 8, INPUT.batch(3).sizes());
        return backend.download(net.forward(new Tape(backend), x, step).buffer());
    }
}

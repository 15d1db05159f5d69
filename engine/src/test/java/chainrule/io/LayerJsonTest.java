package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Elementwise;
import chainrule.initializer.VarianceScaling;
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
import chainrule.layer.Softmax;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

class LayerJsonTest {
    @Test
    void restoresEveryLayer() {
        List<Layer> layers =
                List.of(
                        Reshape.to(9, 8, 2),
                        new Conv2d(3, 3, 2, 2, 1, Padding.SAME, false, VarianceScaling.glorotUniform()),
                        Conv2d.valid(4, 2),
                        new BatchNorm(0.75, 1e-3),
                        new BatchNorm(0.6, 1e-12, false),
                        Activation.named("leaky-relu"),
                        new MaxPool2d(3, 2, 2, 1),
                        new AveragePool2d(2, 3, 1, 2),
                        new Dropout(0.25),
                        new Flatten(),
                        new Dense(3),
                        new Dense(4).withoutBias(),
                        new Scaling(0.25),
                        new GlobalAveragePool2d(),
                        new Softmax());
        assertThat(LayerJson.read(LayerJson.write(layers).toString())).isEqualTo(layers);
    }

    @Test
    void missingOptionalFieldsHaveTheirDefaults() {
        String json =
                """
                [{"type": "dense", "units": 3}, {"type": "batchnorm", "momentum": 0.9, "epsilon": 0.001}]
                """;
        assertThat(LayerJson.read(json)).containsExactly(new Dense(3), new BatchNorm(0.9, 1e-3));
        assertThat(LayerJson.write(List.of(new Dense(3), new BatchNorm(0.9, 1e-3))).toString())
                .doesNotContain("bias", "scale");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"conv2d\", \"filters\": 3}",
                "{\"type\": \"maxpool2d\", \"size\": [2], \"stride\": [2, 2]}",
                "{\"type\": \"maxpool2d\", \"size\": 2, \"stride\": [2, 2]}",
                "{\"type\": \"avgpool2d\", \"size\": [2, 2], \"stride\": [0, 2]}",
                "{\"type\": \"dropout\", \"rate\": 1}",
                "{\"type\": \"scaling\"}",
                "{\"type\": \"scaling\", \"factor\": 0}",
                "{\"type\": \"dense\", \"units\": 3, \"bias\": 0}",
                "{\"type\": \"batchnorm\", \"momentum\": 0.9, \"epsilon\": 0.001, \"scale\": null}",
                "{\"type\": \"reshape\", \"shape\": [0]}",
            })
    void namesTheLayerWithAnInvalidField(String layer) {
        assertThatThrownBy(() -> LayerJson.read("[{\"type\": \"flatten\"}, " + layer + "]"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("layer 1 ");
    }

    @Test
    void restoresEveryActivation() {
        List<Layer> layers = new ArrayList<>(List.of(new Flatten(), new Dense(7), new Softmax()));
        for (Elementwise function : Elementwise.values()) {
            layers.add(new Activation(function));
        }
        layers.add(new Activation(Elementwise.LEAKY_RELU, 0.3));
        String json = LayerJson.write(layers).toString();
        List<Layer> read = LayerJson.read(json);
        assertThat(read).hasSameSizeAs(layers);
        assertThat(LayerJson.write(read).toString()).isEqualTo(json);
        assertThat(read.getFirst()).isEqualTo(new Flatten());
        assertThat(((Dense) read.get(1)).units()).isEqualTo(7);
        assertThat(read.subList(2, read.size())).isEqualTo(layers.subList(2, layers.size()));
    }

    @Test
    void namesAnUnknownLayerAndItsPosition() {
        assertThatThrownBy(() -> LayerJson.read("[{\"type\": \"dense\", \"units\": 3}, {\"type\": \"conv9d\"}]"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("layer 1 of the list of layers: unknown type 'conv9d'")
                .hasMessageContaining("dense");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "7",
                "nonsense",
                "[7]",
                "[null]",
                "[{}]",
                "[{\"type\": null}]",
                "[{\"type\": {}}]",
                "[{\"type\": []}]",
                "[{\"type\": \"dense\"}]",
                "[{\"type\": \"dense\", \"units\": \"many\"}]",
                "[{\"type\": \"dense\", \"units\": null}]",
                "[{\"type\": \"dense\", \"units\": [1, 2]}]",
                "[{\"type\": \"dense\", \"units\": 0}]",
                "[{\"type\": \"dense\", \"units\": 2.5}]",
                "[{\"type\": \"dense\", \"units\": 4294967299}]",
                "[{\"type\": \"dense\", \"units\": 1e999999999}]",
                "[{\"type\": \"activation\"}]",
                "[{\"type\": \"activation\", \"function\": \"swish\"}]",
                "[{\"type\": \"activation\", \"function\": \"leaky_relu\", \"slope\": {}}]",
            })
    void rejectsInvalidLists(String json) {
        assertThatThrownBy(() -> LayerJson.read(json))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("layer");
    }
}

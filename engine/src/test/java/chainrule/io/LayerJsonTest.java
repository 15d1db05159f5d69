package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

import java.util.List;

class LayerJsonTest {
    @Test
    void everyLayerComesBack() {
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
    void whatOlderFilesDoNotSayIsAsItWas() {
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
    void badFieldsNameTheLayer(String layer) {
        assertThatThrownBy(() -> LayerJson.read("[{\"type\": \"flatten\"}, " + layer + "]"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("layer 1 ");
    }
}

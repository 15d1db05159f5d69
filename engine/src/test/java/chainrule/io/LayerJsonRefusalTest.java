package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Elementwise;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Flatten;
import chainrule.layer.Layer;
import chainrule.layer.Softmax;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

class LayerJsonRefusalTest {
    @Test
    void everyLayerComesBack() {
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
    void anUnknownLayerIsNamedWithItsPlace() {
        assertThatThrownBy(() -> LayerJson.read("[{\"type\": \"dense\", \"units\": 3}, {\"type\": \"conv9d\"}]"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("layer 1 of the list of layers: type 'conv9d'")
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
    void whatIsNoListOfLayersIsRefused(String json) {
        assertThatThrownBy(() -> LayerJson.read(json))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("layer");
    }
}

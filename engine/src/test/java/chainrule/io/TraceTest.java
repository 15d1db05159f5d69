package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.function.Predicate;

class TraceTest {
    private static final byte[] GOOD = Bytes.trace("mlp5-sigmoid-half-sum-squares");
    private static final byte[] LABELED = Bytes.trace("mlp40-lecun-momentum");

    private static List<TraceReplay.Comparison> replay(byte[] file, double tolerance) {
        try (Backend backend = new ReferenceBackend()) {
            return TraceReplay.run(Trace.of("some.trace", Safetensors.parse("some.trace", file)), backend, tolerance);
        }
    }

    private static void refuses(byte[] file) {
        assertThatThrownBy(() -> replay(file, Double.NaN))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("some.trace")
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "format|chainrule-trace-2",
                "input_shape|[0]",
                "input_shape|[null]",
                "input_shape|64",
                "input_shape|[63]",
                "input_shape|[64, 1]",
                "input_shape|[2147483647, 2]",
                "loss|hinge",
                "steps|-1",
                "steps|-2",
                "steps|2000000000",
                "steps|many",
                "layers|[{\"type\": \"conv9d\"}]",
                "layers|[{\"type\": \"dense\", \"units\": 2000000}]",
                "layers|[]",
                "layers|[{\"type\": \"dense\", \"units\": 32}]",
                "optimizer|{}",
                "optimizer|[]",
                "optimizer|{\"type\": \"lion\", \"learning_rate\": 0.1}",
                "optimizer|{\"type\": \"sgd\"}",
                "optimizer|{\"type\": \"sgd\", \"learning_rate\": null}",
                "optimizer|{\"type\": \"sgd\", \"learning_rate\": -1}",
                "optimizer|{\"type\": \"sgd\", \"learning_rate\": \"fast\"}",
                "optimizer|{\"type\": \"sgd\", \"learning_rate\": 0.1, \"momentum\": 2}",
                "optimizer|{\"type\": \"adam\", \"learning_rate\": 0.1}",
                "float32_error|{}",
                "float32_error|null",
            })
    void rejectsInvalidMetadata(String key, String value) {
        refuses(Bytes.withMetadata(GOOD, key, value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "format",
                "input_shape",
                "layers",
                "loss",
                "optimizer",
                "steps",
                "float32_error",
            })
    void rejectsMissingMetadata(String key) {
        refuses(Bytes.withHeader(GOOD, header -> header.getAsJsonObject("__metadata__").remove(key)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "input",
                "target",
                "output",
                "layers.0.weight",
                "layers.10.bias",
                "grad.input",
                "grad.layers.2.weight",
                "final.layers.0.weight",
                "losses"
            })
    void rejectsMissingTensors(String name) {
        refuses(Bytes.withHeader(GOOD, header -> header.remove(name)));
    }

    /** Replaces a tensor by another one of a different size. */
    @ParameterizedTest
    @CsvSource({
        "input, layers.0.bias",
        "target, layers.0.bias",
        "layers.0.weight, layers.2.weight",
        "layers.0.bias, layers.0.weight",
        "output, losses",
        "grad.input, layers.0.bias",
        "losses, layers.0.bias",
        "grad.layers.2.weight, grad.layers.2.bias"
    })
    void rejectsTensorsOfTheWrongSize(String name, String other) {
        refuses(
                Bytes.withHeader(
                        GOOD,
                        header -> {
                            var replacement = header.get(other).deepCopy();
                            header.remove(other);
                            header.add(name, replacement);
                        }));
    }

    @Test
    void rejectsLabelsOutOfRange() {
        byte[] file = LABELED.clone();
        int at =
                8
                        + (int) java.nio.ByteBuffer.wrap(file).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(0)
                        + Bytes.header(file).getAsJsonObject("target").getAsJsonArray("data_offsets").get(0).getAsInt();
        file[at] = 10;
        refuses(file);
        file[at] = -1;
        refuses(file);
    }

    @Test
    void reportsAFlippedSignInAnyGradient() {
        assertThat(replay(GOOD, Double.NaN)).allMatch(TraceReplay.Comparison::passed);
        List<String> gradients = Bytes.header(GOOD).keySet().stream().filter(name -> name.startsWith("grad.")).toList();
        assertThat(gradients).hasSizeGreaterThan(5);
        for (String gradient : gradients) {
            assertThat(replay(Bytes.withFlippedSign(GOOD, gradient), Double.NaN))
                    .filteredOn(Predicate.not(TraceReplay.Comparison::passed))
                    .singleElement()
                    .satisfies(
                            c -> {
                                assertThat(c.tensor()).isEqualTo(gradient);
                                assertThat(c.error()).isBetween(1.99, 2.01);
                            });
        }
    }

    @Test
    void comparesEveryRecordedResult() {
        List<String> results =
                Bytes.header(GOOD).keySet().stream()
                        .filter(name -> name.matches("(grad|final|after_one_forward)\\..*|output|losses"))
                        .toList();
        assertThat(replay(GOOD, Double.NaN))
                .extracting(TraceReplay.Comparison::tensor)
                .containsExactlyInAnyOrderElementsOf(results);
    }

    @Test
    void toleranceIsTheBound() {
        assertThat(replay(GOOD, 1)).allMatch(c -> c.bound() == 1 && c.passed());
        assertThat(replay(GOOD, 1e-30)).anyMatch(c -> !c.passed());
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            Trace trace = Trace.of("t", Safetensors.parse("t", GOOD));
            assertThat(TraceReplay.run(trace, backend)).allMatch(c -> c.bound() >= 1e-4 && c.passed());
        }
        assertThat(replay(GOOD, Double.NaN)).allMatch(c -> c.bound() == 1e-6);
    }
}

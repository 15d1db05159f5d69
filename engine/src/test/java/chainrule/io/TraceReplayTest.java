package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.List;

class TraceReplayTest {
    @ParameterizedTest
    @CsvSource({
        "mlp5-tanh-sgd, reference",
        "mlp5-tanh-sgd, ejml",
        "mlp5-sigmoid-half-sum-squares, reference",
        "mlp5-sigmoid-half-sum-squares, ejml",
        "mlp20-relu-sgd, reference",
        "mlp20-relu-sgd, ejml",
        "mlp40-lecun-momentum, reference",
        "mlp40-lecun-momentum, ejml",
        "cnn-relu-adam, reference",
        "cnn-relu-adam, ejml",
        "cnn-batchnorm-momentum, reference",
        "cnn-batchnorm-momentum, ejml",
        "cnn-leaky-binary, reference",
        "cnn-leaky-binary, ejml",
        "cnn-gelu-nesterov, reference",
        "cnn-gelu-nesterov, ejml",
        "generator-mse-adam, reference",
        "generator-mse-adam, ejml",
    })
    void replaysEveryTraceWithinTheBounds(String trace, String backendName) throws Exception {
        Path file = Path.of(TraceReplayTest.class.getResource("/traces/" + trace + ".safetensors").toURI());
        try (Backend backend = Backends.open(backendName, 2).backend()) {
            List<TraceReplay.Comparison> comparisons = TraceReplay.run(Trace.read(file), backend);
            assertThat(comparisons).hasSizeGreaterThan(10);
            assertThat(comparisons).allMatch(TraceReplay.Comparison::passed);
        }
    }
}

package chainrule.simd;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.io.Trace;
import chainrule.io.TraceReplay;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares whole nets on this backend with recorded PyTorch runs, and expects the same bits for any number of threads.
 */
class SimdTraceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mlp5-tanh-sgd",
                "mlp5-sigmoid-half-sum-squares",
                "mlp20-relu-sgd",
                "mlp40-lecun-momentum",
                "generator-mse-adam",
                "cnn-relu-adam",
                "cnn-batchnorm-momentum",
                "cnn-leaky-binary",
                "cnn-gelu-nesterov"
            })
    void agreesWithPyTorchInEveryTensor(String name, @TempDir Path folder) throws IOException {
        Path file = folder.resolve(name + ".safetensors");
        try (InputStream in = SimdTraceTest.class.getResourceAsStream("/traces/" + file.getFileName())) {
            Files.copy(in, file); // the engine's test resources may be inside a jar
        }
        Trace trace = Trace.read(file);
        List<TraceReplay.Comparison> first = replay(trace, 1);
        assertThat(first).hasSizeGreaterThan(10).allMatch(TraceReplay.Comparison::passed);
        for (int threads : new int[] {2, 3, 7}) {
            assertThat(replay(trace, threads)).as("%d threads", threads).isEqualTo(first);
        }
    }

    private static List<TraceReplay.Comparison> replay(Trace trace, int threads) {
        try (Backend backend = new SimdBackend(threads)) {
            return TraceReplay.run(trace, backend);
        }
    }
}

package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.cuda.emulator.Settings;
import chainrule.io.Trace;
import chainrule.io.TraceReplay;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whole nets against recorded PyTorch runs, with the same bits in every order of the device's threads. */
class CudaTraceTest {
    @BeforeAll
    static void needsTheEmulatedDevice() {
        Emulated.require();
    }

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
    void everyTensorAgrees(String name, @TempDir Path folder) throws IOException {
        Path file = folder.resolve(name + ".safetensors");
        try (InputStream in = CudaTraceTest.class.getResourceAsStream("/traces/" + file.getFileName())) {
            Files.copy(in, file); // the engine's test resources may be inside a jar
        }
        Trace trace = Trace.read(file);
        List<TraceReplay.Comparison> products = replay(trace, Settings.standard(), true);
        assertThat(products).hasSizeGreaterThan(10).allMatch(TraceReplay.Comparison::passed);
        List<TraceReplay.Comparison> own = replay(trace, Settings.standard(), false);
        assertThat(own).hasSameSizeAs(products).allMatch(TraceReplay.Comparison::passed);
        Settings reverse = Settings.standard().withOrder(Settings.Order.REVERSE).withLazy(true);
        Settings random = Settings.standard().withOrder(Settings.Order.RANDOM);
        for (Settings settings : List.of(reverse, random)) {
            assertThat(replay(trace, settings, false)).as("%s", settings).isEqualTo(own);
        }
    }

    private static List<TraceReplay.Comparison> replay(Trace trace, Settings settings, boolean cublas) {
        try (CudaBackend backend = Emulated.backend(settings, cublas)) {
            return TraceReplay.run(trace, backend);
        }
    }
}

package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.bench.path.Work;
import chainrule.experiments.report.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class ResultsTest {
    private static final String OLD =
            """
            {"facts": {"CPU": "c"}, "measurements": [
              {"family": "steps", "operation": "step", "shape": "mlp5", "backend": "simd", "threads": 2, "unit": "FLOP",
               "amount": 1000, "nanos": [10, 20, 30]},
              {"family": "loss", "operation": "softmax", "shape": "128x10", "backend": "simd", "threads": 2, "unit": "BYTE",
               "amount": 400, "nanos": [100]}]}
            """;

    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("results.json"), text);
    }

    @Test
    void readsWhatItWrote() throws IOException {
        Measurement two =
                Measured.forks("loss", "s", "simd", 1, Work.traffic(8, 4, 2), new double[] {1, 2}, new double[] {3});
        Measurement failed = Measurement.failed("gemm", "forward", "s", "simd", 1, Work.flop(1), "no heap");
        Results results =
                new Results(
                        new LinkedHashMap<>(Map.of("CPU", "c")),
                        List.of(two.profiled(new LinkedHashMap<>(Map.of("gc.alloc", 3.5))), failed));
        String text = Json.write(results);
        assertThat(text).startsWith("{\n  \"schema\": 2,");
        Results read = Results.read(file(text));
        assertThat(read).isEqualTo(results);
        assertThat(read.measured()).hasSize(1);
    }

    @Test
    void readsTheFormatWithoutVersion() throws IOException {
        Results old = Results.read(file(OLD));
        assertThat(old.schema()).isEqualTo(1);
        Measurement step = old.measurements().getFirst();
        assertThat(step.nanos()).containsExactly(List.of(10.0, 20.0, 30.0));
        assertThat(step.rate()).isCloseTo(50, within(1e-9));
        assertThat(old.measurements().getLast().rate()).isCloseTo(4, within(1e-9));
    }

    @Test
    void rejectsANewerFormat() throws IOException {
        Path newer = file("{\"schema\": 3, \"facts\": {}, \"measurements\": []}");
        assertThatThrownBy(() -> Results.read(newer))
                .hasMessageContaining("version 3")
                .hasMessageContaining("at most 2");
    }
}

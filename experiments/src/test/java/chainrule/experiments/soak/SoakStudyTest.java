package chainrule.experiments.soak;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.Cli;
import chainrule.experiments.MnistSlice;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class SoakStudyTest {
    @TempDir Path folder;

    private Cli soak(String... more) {
        Path data = MnistSlice.write(folder.resolve("data"), 100, 20);
        List<String> command = new ArrayList<>(List.of("soak", "--data", data.toString(), "--backend", "ejml"));
        command.addAll(List.of("--images", "40", "--batch", "20", "--out", folder.resolve("out").toString()));
        command.addAll(List.of(more));
        return Cli.run(command);
    }

    /** A few seconds do not show whether memory stays flat: the JVM is still compiling. */
    @Test
    void samplesMemoryWhileNetsAreTrained() throws IOException {
        Cli soak = soak("--for", "8s", "--sample-every", "1s");
        assertThat(soak.status()).as(soak.err()).isIn(0, 1);
        assertThat(soak.out()).contains("training steps of ").contains("resident");
        Path out = folder.resolve("out");
        JsonObject results = JsonParser.parseString(Files.readString(out.resolve("results.json"))).getAsJsonObject();
        assertThat(results.get("flat").getAsBoolean()).isEqualTo(soak.status() == 0);
        assertThat(results.get("nets").getAsInt()).isGreaterThan(1);
        assertThat(results.get("samples").getAsJsonArray()).hasSizeBetween(4, 9);
        JsonObject last = results.get("samples").getAsJsonArray().asList().getLast().getAsJsonObject();
        assertThat(last.get("heap").getAsDouble()).isBetween(1e6, 4e9);
        assertThat(last.get("steps").getAsInt()).isPositive();
        assertThat(Files.readAllLines(out.resolve("memory.csv")))
                .hasSize(1 + results.get("samples").getAsJsonArray().size());
        assertThat(out.resolve("memory.png")).exists();
        assertThat(out.resolve("checkpoints")).doesNotExist();
    }

    @Test
    void rejectsBadOptions() {
        assertThat(soak("--for", "100").err()).contains("--for 100: expected a time such as 90s, 30m or 2h");
        assertThat(soak("--for", "never").err()).contains("--for never: expected a time");
        assertThat(soak("--for", "1m").err()).contains("too short for --sample-every 30s: expected 8 samples or more");
        assertThat(soak("--resume").err()).contains("--resume: this study measures a single process");
        assertThat(folder.resolve("out")).doesNotExist();
    }
}

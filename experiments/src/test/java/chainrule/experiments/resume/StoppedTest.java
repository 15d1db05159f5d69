package chainrule.experiments.resume;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.MnistSlice;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that is asked to stop writes a checkpoint and what it has, and says how to go on. SIGTERM stands for Ctrl-C,
 * which takes the same way: a process started in the background may have been told to ignore SIGINT.
 */
class StoppedTest {
    @TempDir Path folder;

    @Test
    void aStoppedStudyWritesAPartialReportAndGoesOnFromThere() throws IOException, InterruptedException {
        Path data = MnistSlice.write(folder.resolve("data"), 100, 20);
        Program program = new Program(folder.resolve("log"));
        List<String> command = new ArrayList<>(List.of("depth", "--depths", "1", "--activations", "tanh,relu"));
        command.addAll(List.of("--width", "4", "--epochs", "20", "--batch", "10", "--data", data.toString()));
        command.addAll(List.of("--backend", "ejml", "--threads", "1", "--checkpoint-every", "1", "--out"));
        Path out = folder.resolve("stopped");
        command.add(out.toString());

        Process process = program.start(command);
        while (!secondNetHasBegun(out.resolve("checkpoints")) && process.isAlive()) {
            Thread.sleep(5);
        }
        process.destroy(); // SIGTERM
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("it ends").isTrue();
        String typed = "./run " + String.join(" ", command);
        assertThat(process.exitValue()).as(program.printed()).isEqualTo(143);
        assertThat(program.printed())
                .contains("stopping after this step", "partial report: " + out.resolve("report.html"))
                .endsWith("stopped by SIGTERM; go on with: " + typed + " --resume\n");
        assertThat(out.resolve("report.html")).content().contains("PARTIAL", "go on with: " + typed + " --resume");
        assertThat(Files.readString(out.resolve("results.json")))
                .contains("\"partial\": true")
                .doesNotContain("\"activation\": \"relu\"");
        assertThat(out.resolve("checkpoints")).isNotEmptyDirectory();

        command.add("--resume");
        assertThat(program.run(command)).as(program.printed()).isZero();
        assertThat(program.printed()).contains("tanh 1: was trained before: ", "relu 1: goes on in epoch ");
        command.removeLast();
        Path whole = folder.resolve("whole");
        command.set(command.size() - 1, whole.toString());
        assertThat(program.run(command)).as(program.printed()).isZero();
        assertThat(Outcome.of(out).equals(Outcome.of(whole))).isTrue();
    }

    private static boolean secondNetHasBegun(Path checkpoints) throws IOException {
        if (Files.notExists(checkpoints)) {
            return false;
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("relu-1-step-"));
        }
    }
}

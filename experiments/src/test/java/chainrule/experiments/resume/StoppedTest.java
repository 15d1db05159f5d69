package chainrule.experiments.resume;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.Cli;
import chainrule.experiments.MnistSlice;
import chainrule.experiments.mask.FaceSample;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A process that receives a signal writes a checkpoint and a partial report, and prints how to resume. SIGTERM
 * represents Ctrl-C, which is handled alike; a process started in the background may ignore SIGINT.
 */
class StoppedTest {
    @TempDir Path folder;
    private Path mnist;
    private Program program;

    @BeforeEach
    void prepare() {
        mnist = MnistSlice.write(folder.resolve("mnist"), 100, 20);
        program = new Program(folder.resolve("log"));
    }

    @Test
    void keepsFinishedNets() throws IOException, InterruptedException {
        String partial =
                stopped(
                        "relu-1-step-.*",
                        mnist,
                        "depth --depths 1 --activations tanh,relu --width 4 --epochs 20 --batch 10");
        assertThat(partial).contains("\"activation\": \"tanh\"").doesNotContain("\"activation\": \"relu\"");
        assertThat(program.printed())
                .contains("tanh 1: already trained: ")
                .containsPattern("relu 1: .*epoch \\d+ after ");
    }

    @Test
    void reportsTheOnlyNetAfterItsFirstEpoch() throws IOException, InterruptedException {
        String partial =
                stopped(
                        "mnist-cnn-step-(9|[1-9]\\d)\\..*",
                        mnist,
                        "mnist-cnn --filters 2,2,2 --validation 20 --target 1 --epochs 20 --batch 10");
        assertThat(partial).contains("\"testAccuracy\"").doesNotContain("\"number\": 20,");
    }

    @Test
    void keepsFinishedSplits() throws IOException, InterruptedException {
        String partial =
                stopped(
                        ".*image.*-step-.*",
                        FaceSample.zip(folder.resolve("faces.zip"), "face-mask/"),
                        "mask --seeds 1 --filters 2,2 --size 8 --epochs 10 --batch 10");
        assertThat(partial).contains("\"split\": \"face\"").doesNotContain("\"split\": \"image\"");
    }

    @Test
    void keepsFinishedAdversarialExamples() throws IOException, InterruptedException {
        Path model = folder.resolve("cnn/model.safetensors");
        String cnn = "mnist-cnn --filters 4,8,8 --epochs 4 --rate 0.01 --validation 10 --no-augment --dropout 0";
        List<String> training = new ArrayList<>(List.of(cnn.split(" ")));
        training.addAll(List.of("--batch", "10", "--backend", "ejml", "--data", mnist.toString()));
        training.addAll(List.of("--out", model.getParent().toString()));
        assertThat(Cli.run(training).status()).isZero();
        String partial =
                stopped(
                        "examples-of-a-1-step-1\\..*",
                        mnist,
                        "mnist-adversarial --samples 1 --classes 7,3,4 --steps 100 --model " + model);
        assertThat(partial).contains("\"target\": \"7\"").doesNotContain("\"target\": \"4\"");
    }

    /**
     * Starts a study, stops it at the first checkpoint that matches, checks its files, resumes it and compares the
     * final results with an uninterrupted run. Returns the partial results.
     */
    private String stopped(String checkpoint, Path data, String study) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(study.split(" ")));
        command.addAll(List.of("--data", data.toString(), "--backend", "ejml", "--threads", "1"));
        command.addAll(List.of("--checkpoint-every", "1", "--out"));
        Path out = folder.resolve("stopped");
        command.add(out.toString());

        Process process = program.start(command);
        while (!exists(checkpoint, out.resolve("checkpoints")) && process.isAlive()) {
            Thread.sleep(2);
        }
        process.destroy(); // SIGTERM
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("the process ends").isTrue();
        String typed = "./run " + String.join(" ", command);
        assertThat(process.exitValue()).as(program.printed()).isEqualTo(143);
        assertThat(program.printed())
                .contains("stopping after this step", "partial report: " + out.resolve("report.html"))
                .endsWith("stopped by SIGTERM; resume with: " + typed + " --resume\n");
        assertThat(out.resolve("report.html")).content().contains("PARTIAL", "resume with: " + typed + " --resume");
        String partial = Files.readString(out.resolve("results.json"));
        assertThat(partial).contains("\"partial\": \"stopped by SIGTERM");
        assertThat(out.resolve("checkpoints")).isNotEmptyDirectory();

        command.add("--resume");
        assertThat(program.run(command)).as(program.printed()).isZero();
        command.removeLast();
        Path whole = folder.resolve("whole");
        command.set(command.size() - 1, whole.toString());
        assertThat(program.run(command)).as(program.printed()).isZero();
        assertThat(Outcome.of(out).equals(Outcome.of(whole)))
                .as("the resumed run gives the results of an uninterrupted one")
                .isTrue();
        return partial;
    }

    private static boolean exists(String checkpoint, Path checkpoints) throws IOException {
        if (Files.notExists(checkpoints)) {
            return false;
        }
        Pattern name = Pattern.compile(checkpoint + "safetensors");
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.anyMatch(file -> name.matcher(file.getFileName().toString()).matches());
        }
    }
}

package chainrule.experiments.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import chainrule.experiments.Cli;
import chainrule.experiments.MnistSlice;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;

/** A study that could not write its report can be resumed. */
class ResumedStudiesTest {
    @TempDir static Path data;
    @TempDir Path folder;

    @BeforeAll
    static void slice() {
        MnistSlice.write(data, 100, 20);
    }

    private static Cli run(String study, Path out, String... more) {
        List<String> command = new ArrayList<>(List.of(study.split(" ")));
        command.addAll(List.of("--data", data.toString(), "--out", out.toString()));
        command.addAll(List.of("--backend", "ejml", "--batch", "20"));
        command.addAll(List.of(more));
        return Cli.run(command);
    }

    /** Blocks results.json, so that a study fails after training. */
    private static Path block(Path out) throws IOException {
        return Files.createDirectories(out.resolve("results.json/in the way")).getParent();
    }

    private static void unblock(Path blocked) throws IOException {
        Files.delete(blocked.resolve("in the way"));
        Files.delete(blocked);
    }

    /** The first run has fewer epochs, so that the resumed run trains more. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "depth --depths 1 --activations tanh,relu --width 4",
                "depth --depths 1 --activations tanh --width 4 --seeds 2 --clip-norm 0.1 --clip-value 0.05",
                "gradients --depths 2 --activations tanh,sigmoid --width 4",
                "lecun --depths 1 --width 4 --gradients-after 1",
                "mnist-cnn --filters 2,2,2 --validation 20 --target 1 --no-schedule",
            })
    void resumesToTheSameResults(String study) throws IOException {
        Path whole = folder.resolve("whole");
        Cli first = run(study, whole, "--epochs", "4");
        assertThat(first.status()).as(first.err()).isZero();
        Path out = folder.resolve("out");
        Path blocked = block(out);
        Cli failed = run(study, out, "--epochs", "2");
        assertThat(failed.status()).isEqualTo(2);
        assertThat(failed.err()).contains("cannot write").hasLineCount(1);
        unblock(blocked);
        Cli resumed = run(study, out, "--epochs", "4", "--resume");
        assertThat(resumed.status()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("epoch 3 after 0 of ").doesNotContain("nothing to resume");
        assertThat(Outcome.of(out).equals(Outcome.of(whole))).isTrue();
    }

    @Test
    void rejectsResumingWithOtherOptionsAndKeepsTheCheckpoint() throws IOException {
        String study = "depth --depths 1 --activations tanh --width 4 --epochs 1";
        Path out = folder.resolve("out");
        block(out);
        run(study, out);
        SortedMap<String, String> before = Outcome.of(out);
        assertThat(before.keySet()).containsExactly("checkpoints/tanh-1-step-5.safetensors");
        Cli other = run(study, out, "--rate", "0.02", "--seed", "3", "--resume");
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).hasLineCount(1).contains("seed was 2, is 3", "was SGD 0.01, is SGD 0.02");
        assertThat(Outcome.of(out)).isEqualTo(before);
    }

    @Test
    void movesEarlierCheckpointsAsideWithoutResume() throws IOException {
        String study = "depth --depths 1 --activations tanh --width 4 --epochs 1";
        Path out = folder.resolve("out");
        Path blocked = block(out);
        run(study, out);
        byte[] first = Files.readAllBytes(out.resolve("checkpoints/tanh-1-step-5.safetensors"));
        for (int round = 0; round < 2; round++) {
            Cli again = run(study, out);
            assertThat(again.out())
                    .contains("starting from scratch; the checkpoints of an earlier run")
                    .contains("are now in " + out.resolve("checkpoints.old"))
                    .doesNotContain("will be replaced");
        }
        assertThat(Files.readAllBytes(out.resolve("checkpoints.old/tanh-1-step-5.safetensors"))).hasSameSizeAs(first);
        unblock(blocked);
        assertThat(run(study, out, "--resume").out()).contains("already trained");
        assertThat(out.resolve("checkpoints")).doesNotExist();
        Cli nothing = run(study, out, "--resume");
        assertThat(nothing.out())
                .contains("nothing to resume in " + out.resolve("checkpoints") + ": starting from scratch");
        assertThat(run(study, out, "--checkpoint-every", "never").status()).isZero();
    }

    /** A disk of 2 MB with a few kilobytes left: enough to start, too little for a checkpoint or a report. */
    @Test
    void keepsExistingFilesOnAFullDisk() throws IOException, InterruptedException {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        Process mount =
                new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString())
                        .redirectErrorStream(true)
                        .start();
        assumeThat(mount.waitFor()).as("mounting a small disk needs to be allowed").isZero();
        try {
            String study = "depth --depths 1 --activations tanh --width 8";
            Path out = disk.resolve("out");
            assertThat(run(study, out, "--epochs", "1").status()).isZero();
            assertThat(run(study, out, "--epochs", "2", "--checkpoint-every", "never").status()).isZero();
            SortedMap<String, String> report = Outcome.of(out);
            Path blocked = Files.move(out.resolve("results.json"), out.resolve("kept.json"));
            block(out);
            run(study, out, "--epochs", "2"); // leaves a checkpoint behind
            unblock(out.resolve("results.json"));
            Files.move(blocked, out.resolve("results.json"));
            SortedMap<String, String> before = Outcome.of(out);
            assertThat(before.keySet()).contains("checkpoints/tanh-1-step-10.safetensors").containsAll(report.keySet());

            Path filler = disk.resolve("filler");
            Files.write(filler, new byte[(int) Files.getFileStore(disk).getUsableSpace() - 8192]);
            Cli full = run(study, out, "--epochs", "4", "--checkpoint-every", "3", "--resume");
            assertThat(full.status()).isEqualTo(2);
            assertThat(full.out())
                    .contains(
                            "epoch 3 after ", "could not write the checkpoint at step 13: ", "No space left on device");
            assertThat(full.err()).contains("cannot write " + out, "No space left on device").hasLineCount(1);
            SortedMap<String, String> after = Outcome.of(out);
            before.put("results.json", after.get("results.json")); // the new ones, which fit into the remaining space
            assertThat(after.equals(before)).as("nothing was lost").isTrue();
            Files.write(disk.resolve("rest"), new byte[(int) Files.getFileStore(disk).getUsableSpace()]);
            Cli fuller = run(study, out, "--epochs", "4", "--resume");
            assertThat(fuller.status()).isEqualTo(2);
            assertThat(fuller.err()).contains("No space left on device");
            assertThat(Outcome.of(out).equals(before)).as("nothing was lost").isTrue();

            Files.delete(filler);
            assertThat(run(study, out, "--epochs", "4", "--resume").status()).isZero();
            Path whole = folder.resolve("whole");
            assertThat(run(study, whole, "--epochs", "4").status()).isZero();
            assertThat(Outcome.of(out).equals(Outcome.of(whole))).isTrue();
        } finally {
            new ProcessBuilder("umount", disk.toString()).start().waitFor();
        }
    }

    @Test
    void keepsFinishedAdversarialExamples() throws IOException {
        Path cnn = folder.resolve("cnn");
        String options = "--filters 4,8,8 --epochs 4 --rate 0.01 --validation 10 --no-augment --dropout 0";
        assertThat(run("mnist-cnn " + options, cnn).status()).isZero();
        Path whole = folder.resolve("whole");
        Path out = folder.resolve("out");
        Path blocked = block(out);
        assertThat(attack(cnn, whole, "7,1").status()).isZero();
        assertThat(attack(cnn, out, "7").status()).isEqualTo(2);
        unblock(blocked);
        Cli resumed = attack(cnn, out, "7,1", "--resume");
        assertThat(resumed.status()).as(resumed.err()).isZero();
        assertThat(Outcome.of(out).equals(Outcome.of(whole))).isTrue();
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("checkpoints");
        }
    }

    private static Cli attack(Path cnn, Path out, String classes, String... more) {
        List<String> command = new ArrayList<>(List.of("mnist-adversarial", "--model", cnn + "/model.safetensors"));
        command.addAll(List.of("--data", data.toString(), "--out", out.toString(), "--backend", "ejml"));
        command.addAll(List.of("--steps", "3", "--classes", classes, "--samples", "1"));
        command.addAll(List.of(more));
        return Cli.run(command);
    }
}

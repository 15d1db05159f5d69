package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.augment.Shift;
import chainrule.io.FormatException;
import chainrule.io.Snapshot;
import chainrule.optimizer.Adam;
import chainrule.optimizer.Sgd;
import chainrule.probe.GradientProbe;
import chainrule.train.schedule.Cosine;

import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Writing, keeping, choosing and rejecting checkpoints. */
class CheckpointsTest {
    /** The time spent waiting differs between processes. */
    private static final RecursiveComparisonConfiguration WITHOUT_WAITING =
            RecursiveComparisonConfiguration.builder().withIgnoredFields("waiting").build();

    private static final String NAME = "small-run-step-%d.safetensors";

    @TempDir Path folder;
    private final List<String> log = new ArrayList<>();
    private SmallRun run;

    @BeforeEach
    void run() {
        run = SmallRun.adam(folder, "ejml");
    }

    private Checkpoints checkpoints() {
        return run.checkpoints().log(log::add);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path file(int step) {
        return folder.resolve(String.format(Locale.ROOT, NAME, step));
    }

    @Test
    void keepsTheLastTwo() throws IOException {
        run.go(checkpoints().everySteps(5)); // after 5, 10 and at the end
        assertThat(names()).containsExactly(String.format(Locale.ROOT, NAME, 10), String.format(Locale.ROOT, NAME, 12));
        assertThat(log).isEmpty();
    }

    @Test
    void writesAfterEveryStepIfTheIntervalHasPassed() throws IOException {
        run.go(checkpoints().every(Duration.ofNanos(1)));
        assertThat(names()).containsExactly(String.format(Locale.ROOT, NAME, 11), String.format(Locale.ROOT, NAME, 12));
    }

    @Test
    void writesOnlyAtTheEndWithoutAnInterval() throws IOException {
        run.go(checkpoints());
        assertThat(names()).containsExactly(String.format(Locale.ROOT, NAME, 12));
    }

    @Test
    void doesNotRepeatAFinishedRun() {
        SmallRun.End first = run.go(checkpoints());
        SmallRun.End again = run.go(checkpoints().resume(true));
        assertThat(again.steps()).isZero();
        assertThat(again.bits().equals(first.bits())).isTrue();
        assertThat(again.history())
                .as("times too")
                .usingRecursiveComparison(WITHOUT_WAITING)
                .isEqualTo(first.history());
        assertThat(log).containsExactly("small run: already trained: " + file(12));
    }

    @Test
    void doesNotContinueARunThatAListenerStopped() {
        UnaryOperator<Trainer> stop = t -> t.listener(EarlyStopping.above(0));
        SmallRun.End first = run.go(stop, checkpoints());
        assertThat(first.history().epochs()).hasSizeLessThan(4);
        SmallRun.End again = run.go(stop, checkpoints().resume(true));
        assertThat(again.steps()).isZero();
        assertThat(again.history()).usingRecursiveComparison(WITHOUT_WAITING).isEqualTo(first.history());
    }

    @Test
    void resumesWithMoreEpochsButNotWithFewer() {
        SmallRun.End whole = run.go(t -> t.epochs(6), null);
        run.go(checkpoints());
        SmallRun.End longer = run.go(t -> t.epochs(6), checkpoints().resume(true));
        assertThat(longer.steps()).isEqualTo(6);
        assertThat(longer.bits().equals(whole.bits())).isTrue();
        assertThatThrownBy(() -> run.go(t -> t.epochs(5), checkpoints().resume(true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file(18) + " is in epoch 6, but this run has only 5 epochs");
    }

    @Test
    void startsFromScratchWithoutCheckpoints() {
        SmallRun.End end = run.go(checkpoints().resume(true));
        assertThat(end.steps()).isEqualTo(SmallRun.STEPS);
        assertThat(log).isEmpty();
    }

    @Test
    void replacesEarlierCheckpointsWithoutResumeAndReportsIt() throws IOException {
        run.go(checkpoints().everySteps(7));
        assertThat(names()).hasSize(2);
        run.go(t -> t.epochs(1), checkpoints());
        assertThat(names()).containsExactly(String.format(Locale.ROOT, NAME, 3));
        assertThat(log)
                .containsExactly("small run: the checkpoints of an earlier run in " + folder + " will be replaced");
    }

    @Test
    void fallsBackToPreviousCheckpointWhenDamaged() throws IOException {
        SmallRun.End whole = run.go(checkpoints().everySteps(4));
        byte[] good = Files.readAllBytes(file(12));
        for (int place : new int[] {0, 5, 40, 700, good.length / 2, good.length - 1}) {
            byte[] bad = good.clone();
            bad[place] ^= 0x10;
            assertFallsBack(whole, bad, good);
        }
        assertFallsBack(whole, new byte[0], good);
        assertFallsBack(whole, java.util.Arrays.copyOf(good, good.length / 3), good);
    }

    private void assertFallsBack(SmallRun.End whole, byte[] bad, byte[] good) throws IOException {
        log.clear();
        Files.write(file(12), bad);
        byte[] before = Files.readAllBytes(file(8));
        SmallRun.End end = run.go(checkpoints().resume(true));
        assertThat(end.steps()).isEqualTo(4);
        assertThat(end.bits().equals(whole.bits())).isTrue();
        assertThat(log).hasSize(2);
        assertThat(log.getFirst()).startsWith("small run: " + file(12) + " is damaged: ");
        assertThat(log.getLast()).isEqualTo("small run: resuming in epoch 3 after 2 of 3 batches from " + file(8));
        assertThat(names()).containsExactly(String.format(Locale.ROOT, NAME, 12), String.format(Locale.ROOT, NAME, 8));
        assertThat(file(8)).hasBinaryContent(before);
        Files.write(file(12), good);
    }

    @Test
    void startsFromScratchWhenAllAreDamaged() throws IOException {
        SmallRun.End whole = run.go(checkpoints().everySteps(4));
        Files.writeString(file(8), "rubbish");
        Files.writeString(file(12), "");
        SmallRun.End end = run.go(checkpoints().resume(true));
        assertThat(end.steps()).isEqualTo(SmallRun.STEPS);
        assertThat(end.bits().equals(whole.bits())).isTrue();
        assertThat(log).hasSize(3).last().isEqualTo("small run: no valid checkpoint found; starting from scratch");
        assertThat(names()).containsExactly(String.format(Locale.ROOT, NAME, 12));
    }

    @Test
    void rejectsAnotherVersionAndKeepsTheFile() throws IOException {
        Files.createDirectories(folder);
        new Snapshot().put("format", "chainrule-checkpoint-2").write(file(12));
        byte[] before = Files.readAllBytes(file(12));
        assertThatThrownBy(() -> run.go(checkpoints().resume(true)))
                .isInstanceOf(FormatException.class)
                .hasMessage(file(12) + ": its format is 'chainrule-checkpoint-2', expected 'chainrule-checkpoint-1'");
        assertThat(file(12)).hasBinaryContent(before);
    }

    /** The message for every setting that may differ. */
    @Test
    void rejectsOtherSettingsByName() {
        run.go(t -> t.epochs(2), checkpoints());
        Map<UnaryOperator<Trainer>, String> changes = new LinkedHashMap<>();
        changes.put(t -> t.batchSize(9), "batch size was 8, is 9");
        changes.put(t -> t.seed(6), "seed was 5, is 6");
        changes.put(t -> t.augment(List.of(new Shift(1, 1, 0))), "augmentation was [Rotation[");
        changes.put(t -> t.labelSmoothing(0), "label smoothing was 0.1, is 0.0");
        changes.put(t -> t.clipNorm(2), "gradient clipping was none, is norm at most 2.0");
        changes.put(t -> t.schedule(new Cosine(4)), "is Cosine[epochs=4.0, floor=0.0]");
        changes.put(t -> t.validation(SmallRun.images(11)), "validation data was 10 examples of noise");
        changes.put(t -> t.probe(new GradientProbe(3)), "gradient probe was none, is every 3 steps");
        changes.put(t -> t.listener(EarlyStopping.above(2)), "stop above accuracy 2.0]");
        changes.forEach(
                (change, message) ->
                        assertThatThrownBy(() -> run.go(change, checkpoints().resume(true)))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageStartingWith(file(6) + " belongs to a run with other settings")
                                .hasMessageContaining(message)
                                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1)));
        assertThatThrownBy(() -> new SmallRun(folder, "ejml", () -> new Adam(0.02)).go(checkpoints().resume(true)))
                .hasMessageEndingWith(": optimizer was Adam 0.01, is Adam 0.02");
        assertThatThrownBy(() -> new SmallRun(folder, "reference", () -> new Sgd(0.1)).go(checkpoints().resume(true)))
                .hasMessageContaining("backend was ejml, is reference; optimizer was Adam 0.01, is SGD 0.1");
    }

    @Test
    void reportsAFailedWriteAndContinues() throws IOException {
        SmallRun.End whole = run.go();
        Path inTheWay = Files.writeString(folder.resolve("file"), "in the way");
        SmallRun.End end = run.go(new Checkpoints(inTheWay, "small run").everySteps(6).log(log::add));
        assertThat(end.bits().equals(whole.bits())).isTrue();
        assertThat(log).hasSize(2).allMatch(line -> line.endsWith("; earlier checkpoints are kept"));
        assertThat(log.getFirst())
                .startsWith(
                        "small run: could not write the checkpoint at step 6: "
                                + inTheWay
                                + ": a file with that name exists; ");
    }

    @Test
    void writesNothingIfTheFirstEpochDiverges() throws IOException {
        SmallRun broken = new SmallRun(folder, "ejml", () -> new Sgd(1e38));
        assertThat(broken.go(checkpoints()).history().divergence()).isPresent();
        assertThat(names()).isEmpty();
    }

    @Test
    void rejectsInvalidIntervals() {
        assertThatThrownBy(() -> checkpoints().everySteps(0))
                .hasMessage("a checkpoint every 0 steps: must be at least 1");
        assertThatThrownBy(() -> checkpoints().every(Duration.ZERO)).hasMessageContaining("must be a time above 0");
    }
}

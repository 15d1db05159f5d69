package chainrule.experiments.conv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.io.FormatException;
import chainrule.io.Snapshot;
import chainrule.train.Checkpoints;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Checkpoints of finished adversarial examples. */
class AdversarialExamplesTest {
    private static final SequencedMap<String, String> SETTINGS = new LinkedHashMap<>();

    @TempDir Path folder;

    private Checkpoints checkpoints() {
        return new Checkpoints(folder, "examples").resume(true);
    }

    private AdversarialExamples begin(Checkpoints checkpoints) {
        return AdversarialExamples.begin(checkpoints, SETTINGS, 4, 3);
    }

    private static Snapshot snapshot(String target, String error, int pixels, int classes) {
        Snapshot all = new Snapshot();
        all.part("error").put(target, error);
        all.part("pixels").put(target, new int[] {pixels}, new double[pixels], true);
        all.part("probabilities").put(target, new int[] {classes}, new double[classes], true);
        return all;
    }

    @Test
    void restoresFinishedExamples() {
        begin(checkpoints())
                .add(2, new Generator.AdversarialExample(new double[] {0, .5, 1, 0}, new double[] {0, 0, 1}, .25));
        AdversarialExamples again = begin(checkpoints());
        assertThat(again.of(0)).isNull();
        assertThat(again.of(2).pixels()).containsExactly(0, .5, 1, 0);
        assertThat(again.of(2).probabilities()).containsExactly(0, 0, 1);
        assertThat(again.of(2).error()).isEqualTo(.25);
    }

    private void rejects(Snapshot snapshot, String message) {
        Checkpoints writing = checkpoints();
        writing.begin(SETTINGS);
        writing.save(1, snapshot);
        assertThatThrownBy(() -> begin(checkpoints()))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(folder.resolve("examples-step-1.safetensors") + " cannot be resumed: ")
                .hasMessageContaining(message);
    }

    @Test
    void rejectsSnapshotsThatNoRunWrites() {
        rejects(snapshot("frog", "0", 4, 3), "an example with target class 'frog', expected 0 to 2");
        rejects(snapshot("3", "0", 4, 3), "an example with target class '3'");
        rejects(snapshot("1", "0", 5, 3), ", expected 4");
        rejects(snapshot("1", "0", 4, 2), ", expected 3");
        rejects(snapshot("1", "much", 4, 3), "'error.1' is 'much', expected a number");
    }
}

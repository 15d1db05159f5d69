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

/** What an interrupted run had forged is taken over, and nothing that no run can have forged. */
class ForgeriesTest {
    private static final SequencedMap<String, String> SETTINGS = new LinkedHashMap<>();

    @TempDir Path folder;

    private Checkpoints checkpoints() {
        return new Checkpoints(folder, "forgeries").resume(true);
    }

    private Forgeries begin(Checkpoints checkpoints) {
        return Forgeries.begin(checkpoints, SETTINGS, 4, 3);
    }

    private static Snapshot snapshot(String wanted, String error, int pixels, int classes) {
        Snapshot all = new Snapshot();
        all.part("error").put(wanted, error);
        all.part("pixels").put(wanted, new int[] {pixels}, new double[pixels], true);
        all.part("probabilities").put(wanted, new int[] {classes}, new double[classes], true);
        return all;
    }

    @Test
    void whatWasDoneIsThereAgain() {
        begin(checkpoints()).add(2, new Generator.Forgery(new double[] {0, .5, 1, 0}, new double[] {0, 0, 1}, .25));
        Forgeries again = begin(checkpoints());
        assertThat(again.of(0)).isNull();
        assertThat(again.of(2).pixels()).containsExactly(0, .5, 1, 0);
        assertThat(again.of(2).probabilities()).containsExactly(0, 0, 1);
        assertThat(again.of(2).error()).isEqualTo(.25);
    }

    private void refuses(Snapshot snapshot, String message) {
        Checkpoints writing = checkpoints();
        writing.begin(SETTINGS);
        writing.save(1, snapshot);
        assertThatThrownBy(() -> begin(checkpoints()))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(folder.resolve("forgeries-step-1.safetensors") + " cannot be resumed: ")
                .hasMessageContaining(message);
    }

    @Test
    void whatNoRunCanHaveDoneIsRefused() {
        refuses(snapshot("frog", "0", 4, 3), "a forgery towards class 'frog', expected 0 to 2");
        refuses(snapshot("3", "0", 4, 3), "a forgery towards class '3'");
        refuses(snapshot("1", "0", 5, 3), "has 5 numbers, expected 4");
        refuses(snapshot("1", "0", 4, 2), "has 2 numbers, expected 3");
        refuses(snapshot("1", "much", 4, 3), "'error.1' is 'much', expected a number");
    }
}

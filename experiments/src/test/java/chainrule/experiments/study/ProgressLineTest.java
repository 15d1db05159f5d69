package chainrule.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.train.TrainingListener;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class ProgressLineTest {
    private static final TrainingListener.Progress PROGRESS =
            new TrainingListener.Progress(17, 40, 469, 938, 1.16943, 0.61234, 112_345.6);

    private static String line(int width) {
        return new ProgressLine("relu 40 seed 5", PROGRESS, Duration.ofSeconds(4_211)).text(width);
    }

    @Test
    void showsLossAccuracyAndTimeLeftOnEightyColumns() {
        assertThat(line(80)).isEqualTo("relu 40 seed 5   41 %  epoch 17/40  loss 1.1694  accuracy .6123  1:10:11 left");
    }

    @Test
    void showsEverythingAndABarOnWideTerminals() {
        assertThat(line(120))
                .isEqualTo(
                        "relu 40 seed 5  █████████▍·············   41 %  epoch 17/40  loss 1.1694  accuracy .6123"
                                + "  1:10:11 left  112,346 images/s");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 10, 20, 30, 40, 60, 79, 81, 100, 200, 400})
    void fitsTheTerminal(int width) {
        assertThat(line(width).length()).isLessThanOrEqualTo(width);
        assertThat(new ProgressLine("tanh 5", null, null).text(width).length()).isLessThanOrEqualTo(width);
    }

    @Test
    void keepsLossAndAccuracyLongest() {
        assertThat(line(40)).isEqualTo(" 41 %  loss 1.1694  accuracy .6123");
    }

    @Test
    void showsStartingBeforeTheFirstStep() {
        assertThat(new ProgressLine("tanh 5", null, null).text(30)).startsWith("tanh 5").contains("starting");
    }

    @Test
    void showsNaN() {
        TrainingListener.Progress nan = new TrainingListener.Progress(1, 1, 1, 1, Double.NaN, 0, 10);
        assertThat(new ProgressLine("a", nan, null).text(80)).contains("100 %", "loss NaN", "accuracy .0000");
    }
}

package chainrule.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

class PreprocessingTest {
    /** Two images of two pixels of two channels: the first channel is 0, 51, 102, 255, the second always 51. */
    private static final ByteImages IMAGES =
            new ByteImages(
                    "hand",
                    Shape.of(1, 2, 2),
                    new byte[] {0, 51, 51, 51, 102, 51, (byte) 255, 51},
                    new byte[] {1, 0},
                    List.of("a", "b", "c"));

    /** 0, .2, .4, 1 have the mean .4 and the squares 0, .04, .16, 1: the deviation is √(.3 − .16). */
    @Test
    void meanAndDeviationMatchHandComputedValues() {
        Preprocessing p = Preprocessing.of(IMAGES);
        assertThat(p.mean()).hasSize(2);
        assertThat(p.mean().get(0)).isCloseTo(0.4f, within(1e-7f));
        assertThat(p.mean().get(1)).isEqualTo(0.2f);
        assertThat(p.deviation().get(0)).isCloseTo((float) Math.sqrt(0.14), within(1e-7f));
        assertThat(p.deviation().get(1)).as("a channel that never changes").isEqualTo(1);
    }

    /** In spite of rounding errors: with a deviation near 1e-8, a different pixel in other data would become huge. */
    @Test
    void constantChannelsHaveDeviationOne() {
        for (int value = 0; value < 256; value++) {
            byte[] pixels = new byte[3000];
            Arrays.fill(pixels, (byte) value);
            ByteImages images = new ByteImages("flat", Shape.of(10, 10, 3), pixels, new byte[10], List.of("a"));
            Preprocessing p = Preprocessing.of(images);
            assertThat(p.deviation()).as("%d", value).containsOnly(1f);
            assertThat(p.mean()).as("%d", value).containsOnly(value / 255f);
        }
    }

    @Test
    void standardizesEachChannelWithinTheGivenRange() {
        float[] images = {9, 9, 0, 0.5f, 1, 0.25f, 9, 9};
        new Preprocessing(List.of(0.5f, 0.25f), List.of(0.25f, 2f)).apply(images, 2, 4);
        assertThat(images).containsExactly(9, 9, -2, 0.125f, 2, 0, 9, 9);
    }

    @Test
    void appliedDataSetDiffersOnlyInItsInputs() {
        Dataset applied = new Preprocessing(List.of(0.2f, 0f), List.of(0.5f, 1f)).applied(IMAGES);
        assertThat(applied.name()).isEqualTo("hand");
        assertThat(applied.size()).isEqualTo(2);
        assertThat(applied.inputShape()).isEqualTo(Shape.of(1, 2, 2));
        assertThat(applied.classNames()).containsExactly("a", "b", "c");
        assertThat(applied.label(0)).isEqualTo(1);
        assertThat(applied.label(1)).isZero();
        float[] into = {7, 7, 7, 7, 7, 7};
        applied.input(1, into, 1);
        assertThat(into).containsExactly(new float[] {7, 0.4f, 0.2f, 1.6f, 0.2f, 7}, within(1e-6f));
        applied.input(1, into, 1); // reads the raw image again
        assertThat(into).containsExactly(new float[] {7, 0.4f, 0.2f, 1.6f, 0.2f, 7}, within(1e-6f));
    }

    @Test
    void standardizedDataHasMeanZeroAndDeviationOne() {
        Preprocessing again = Preprocessing.of(Preprocessing.of(IMAGES).applied(IMAGES));
        assertThat(again.mean().get(0)).isCloseTo(0, within(1e-6f));
        assertThat(again.deviation().get(0)).isCloseTo(1, within(1e-6f));
    }

    @Test
    void noneChangesNothing() {
        float[] raw = new float[4];
        float[] same = new float[4];
        IMAGES.input(1, raw, 0);
        Preprocessing.none(2).applied(IMAGES).input(1, same, 0);
        assertThat(same).containsExactly(raw);
    }

    @Test
    void rejectsInvalidSettings() {
        assertThatThrownBy(() -> new Preprocessing(List.of(0f), List.of(0f))).hasMessageContaining("[0.0] above 0");
        assertThatThrownBy(() -> new Preprocessing(List.of(0f), List.of(-1f))).hasMessageContaining("above 0");
        assertThatThrownBy(() -> new Preprocessing(List.of(0f), List.of(Float.NaN))).hasMessageContaining("above 0");
        assertThatThrownBy(() -> new Preprocessing(List.of(0f), List.of(Float.POSITIVE_INFINITY)))
                .hasMessageContaining("above 0");
        assertThatThrownBy(() -> new Preprocessing(List.of(Float.NaN), List.of(1f))).hasMessageContaining("finite");
        assertThatThrownBy(() -> new Preprocessing(List.of(), List.of())).hasMessageContaining("0 means");
        assertThatThrownBy(() -> new Preprocessing(List.of(0f, 0f), List.of(1f))).hasMessageContaining("2 means");
        assertThatThrownBy(() -> Preprocessing.none(3).applied(IMAGES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 channels does not fit hand of shape [1 × 2 × 2]");
    }
}

package chainrule.experiments.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.awt.Color;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;

class ResampleTest {
    /** A gray image with levels by column and row. */
    private static RgbImage gray(int width, int height, IntBinaryOperator level) {
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) level.applyAsInt(i / 3 % width, i / 3 / width);
        }
        return new RgbImage(width, height, pixels);
    }

    private static int[] levels(RgbImage image) {
        int[] levels = new int[image.width() * image.height()];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = image.pixels()[3 * i] & 0xFF;
            assertThat(image.pixels()[3 * i + 1]).isEqualTo(image.pixels()[3 * i]);
            assertThat(image.pixels()[3 * i + 2]).isEqualTo(image.pixels()[3 * i]);
        }
        return levels;
    }

    @Test
    void cropsExactlyAtWholePixels() {
        RgbImage image = gray(5, 4, (x, y) -> 40 * x + y);
        assertThat(levels(Resample.rectangle(image, 1, 2, 4, 4, 3, 2))).containsExactly(42, 82, 122, 43, 83, 123);
        RgbImage colors = new RgbImage(3, 2, new byte[18]);
        for (int i = 0; i < 18; i++) {
            colors.pixels()[i] = (byte) (14 * i);
        }
        assertThat(Resample.rectangle(colors, 0, 0, 3, 2, 3, 2).pixels()).containsExactly(colors.pixels());
    }

    @Test
    void repeatsTheBorderBeyondTheImage() {
        RgbImage image = gray(2, 2, (x, y) -> 100 * y + 50 * x);
        assertThat(levels(Resample.rectangle(image, -1, -1, 3, 3, 4, 4)))
                .containsExactly(0, 0, 50, 50, 0, 0, 50, 50, 100, 100, 150, 150, 100, 100, 150, 150);
        assertThat(levels(Resample.rectangle(image, 10, 10, 11, 11, 1, 1))).containsExactly(150);
    }

    @Test
    void enlargingIsBilinear() {
        RgbImage image = gray(3, 1, (x, _) -> 80 * x);
        assertThat(levels(Resample.rectangle(image, 0, 0, 3, 1, 6, 1))).containsExactly(0, 20, 60, 100, 140, 160);
        assertThat(levels(Resample.rectangle(image, 0.5, 0, 2.5, 1, 2, 1))).containsExactly(40, 120);
    }

    /** Alternating black and white pixels become gray, not stripes of another width. */
    @Test
    void shrinkingAveragesAllPixels() {
        RgbImage stripes = gray(60, 60, (x, y) -> (x + y) % 2 * 255);
        for (int size : new int[] {3, 7, 11, 20}) {
            for (int level : levels(Resample.rectangle(stripes, 0, 0, 60, 60, size, size))) {
                assertThat(level).isBetween(120, 135);
            }
        }
        RgbImage ramp = gray(100, 1, (x, _) -> 2 * x);
        int[] shrunk = levels(Resample.rectangle(ramp, 0, 0, 100, 1, 10, 1));
        for (int i = 1; i < 9; i++) {
            assertThat(shrunk[i]).isBetween(18 + 20 * i - 10, 18 + 20 * i - 8); // the mean of columns 10i … 10i + 9
        }
        assertThat(levels(Resample.rectangle(gray(31, 17, (_, _) -> 77), 2.3, 1.1, 30.9, 16.2, 5, 9))).containsOnly(77);
    }

    @Test
    void rejectsAnEmptyRectangle() {
        RgbImage image = gray(2, 2, (_, _) -> 0);
        for (double right : new double[] {1, 0, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Resample.rectangle(image, 1, 0, right, 1, 4, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is empty");
        }
    }

    /** A line of one pixel keeps its fraction of the light for any size and position. */
    @Test
    void keepsEveryLineOfOnePixel() {
        int target = 28;
        for (int size = target; size <= 300; size++) {
            double step = (double) size / target;
            for (int line = 0; line < size; line++) {
                int at = line;
                RgbImage image = gray(size, 1, (x, _) -> x == at ? 255 : 0);
                int[] columns = levels(Resample.rectangle(image, 0, 0, size, 1, target, 1));
                double ink = Arrays.stream(columns).sum() / 255.0;
                boolean inside = line >= step && line < size - step;
                assertThat(ink * step)
                        .as("line %d of %d", line, size)
                        .isBetween(0.6, inside ? 1.4 : 4); // the repeated border counts more
            }
        }
    }

    @Test
    void drawsItsPixels() {
        RgbImage image = new RgbImage(2, 1, new byte[] {0, 0, 0, 10, 20, 30});
        assertThat(image.buffered().getRGB(1, 0)).isEqualTo(new Color(10, 20, 30).getRGB());
        assertThat(image.isBlank()).isFalse();
        assertThat(gray(3, 2, (_, _) -> 7).isBlank()).isTrue();
        assertThatThrownBy(() -> new RgbImage(2, 2, new byte[5])).hasMessageContaining("2 × 2");
    }
}

package chainrule.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Augmentations for photos: affine transformation, color jitter, downscaling. */
class PhotoAugmentationTest {
    private static final Shape SQUARE = Shape.of(3, 3, 1);
    private static final float[] DIGITS = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    private static float[] apply(Augmentation augmentation, Shape shape, float[] image, long seed) {
        float[] from = image.clone();
        float[] to = new float[image.length];
        Arrays.fill(to, Float.NaN); // all elements must be written
        augmentation.apply(from, to, shape, RandomStream.of(seed, "augmentation"));
        assertThat(from).containsExactly(image);
        assertThat(to).doesNotContain(Float.NaN);
        return to;
    }

    private static float[] values(int count, IntToDoubleFunction value) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) value.applyAsDouble(i);
        }
        return values;
    }

    private static float[] transformed(Shape shape, float[] image, double angle, double s, double down, double right) {
        float[] to = new float[image.length];
        new Affine(0, 0, 0).transform(image, to, shape, angle, s, down, right);
        return to;
    }

    @Test
    void affineRotatesLikeRotation() {
        assertThat(transformed(SQUARE, DIGITS, 90, 1, 0, 0))
                .containsExactly(new float[] {3, 6, 9, 2, 5, 8, 1, 4, 7}, within(1e-5f));
        Shape shape = Shape.of(7, 5, 2);
        float[] image = values(70, i -> i * i % 31);
        float[] expected = new float[70];
        new Rotation(0, 0).rotate(image, expected, shape, 17);
        float[] turned = transformed(shape, image, 17, 1, 0, 0);
        for (int inner :
                new int[] {24, 25, 32, 33, 34, 35, 36, 37, 44, 45}) { // pixels that do not depend on the border
            assertThat(turned[inner]).isCloseTo(expected[inner], within(1e-4f));
        }
    }

    @Test
    void affineTranslatesAndReflectsAtTheBorder() {
        assertThat(transformed(SQUARE, DIGITS, 0, 1, 0, 1)).containsExactly(2, 1, 2, 5, 4, 5, 8, 7, 8);
        assertThat(transformed(SQUARE, DIGITS, 0, 1, -1, 0)).containsExactly(4, 5, 6, 7, 8, 9, 4, 5, 6);
        assertThat(transformed(SQUARE, DIGITS, 0, 1, 0, 6)).containsExactly(3, 2, 1, 6, 5, 4, 9, 8, 7);
        assertThat(transformed(SQUARE, DIGITS, 0, 1, 0, 0.5))
                .containsExactly(new float[] {1.5f, 1.5f, 2.5f, 4.5f, 4.5f, 5.5f, 7.5f, 7.5f, 8.5f}, within(1e-5f));
        assertThat(transformed(Shape.of(1, 1, 2), new float[] {3, 4}, 30, 2, 0.4, 9)).containsExactly(3, 4);
    }

    @Test
    void affineScalesAboutTheCenter() {
        assertThat(transformed(SQUARE, DIGITS, 0, 2, 0, 0))
                .containsExactly(new float[] {3, 3.5f, 4, 4.5f, 5, 5.5f, 6, 6.5f, 7}, within(1e-5f));
        assertThat(transformed(Shape.of(1, 5, 1), new float[] {0, 1, 2, 3, 4}, 0, 0.5, 0, 0))
                .containsExactly(new float[] {2, 0, 2, 4, 2}, within(1e-5f));
    }

    @Test
    void affineDrawsWithinItsBounds() {
        float[] ramp = values(21, i -> i);
        Shape line = Shape.of(1, 21, 1);
        double least = 10;
        double most = 10;
        double narrowest = 1;
        double widest = 1;
        for (int seed = 0; seed < 300; seed++) {
            double middle = apply(new Affine(0, 0, 0.1), line, ramp, seed)[10];
            assertThat(middle).isBetween(7.9, 12.1);
            least = Math.min(least, middle);
            most = Math.max(most, middle);
            float[] scaled = apply(new Affine(0, 0.5, 0), line, ramp, seed);
            assertThat(scaled[10]).isEqualTo(10);
            double slope = scaled[12] - scaled[11];
            assertThat(slope).isBetween(1 / 1.5 - 1e-4, 1.5 + 1e-4);
            narrowest = Math.min(narrowest, slope);
            widest = Math.max(widest, slope);
        }
        assertThat(least).isLessThan(8.2);
        assertThat(most).isGreaterThan(11.8);
        assertThat(narrowest).isLessThan(0.7);
        assertThat(widest).isGreaterThan(1.45);
        assertThat(apply(new Affine(0, 0, 0), SQUARE, DIGITS, 5)).containsExactly(DIGITS);
    }

    @Test
    void colorJitterChangesTheMeanOnlyByBrightness() {
        Shape shape = Shape.of(2, 2, 3);
        float[] image = {0, .2f, .4f, .6f, .8f, 1, .3f, .3f, .3f, .9f, .1f, .5f};
        double before = mean(image);
        double darkest = before;
        double brightest = before;
        for (int seed = 0; seed < 300; seed++) {
            assertThat(mean(apply(new ColorJitter(0, 0.5, 0.5), shape, image, seed))).isCloseTo(before, within(1e-6));
            double after = mean(apply(new ColorJitter(0.25, 0.5, 0.5), shape, image, seed));
            assertThat(after).isBetween(before - 0.2501, before + 0.2501);
            darkest = Math.min(darkest, after);
            brightest = Math.max(brightest, after);
        }
        assertThat(brightest - darkest).isGreaterThan(0.45);
        assertThat(apply(new ColorJitter(0, 0, 0), shape, image, 1)).containsExactly(image, within(1e-6f));
    }

    @Test
    void colorJitterScalesContrastAndSaturation() {
        float[] image = {0, .2f, .4f, .6f, .8f, 1};
        Shape shape = Shape.of(1, 2, 3);
        float[] contrast = apply(new ColorJitter(0, 0.5, 0), shape, image, 4);
        double c = (contrast[5] - contrast[0]) / 1.0;
        assertThat(c).isBetween(0.5, 1.5).isNotCloseTo(1, within(1e-3));
        for (int i = 0; i < 6; i++) {
            assertThat(contrast[i]).isCloseTo((float) (0.5 + c * (image[i] - 0.5)), within(1e-5f));
        }
        float[] color = apply(new ColorJitter(0, 0, 1), shape, image, 4);
        double s = (color[2] - color[0]) / 0.4;
        assertThat(s).isBetween(0.0, 2.0).isNotCloseTo(1, within(1e-3));
        assertThat(color)
                .containsExactly(
                        new float[] {
                            (float) (.2 - .2 * s), .2f, (float) (.2 + .2 * s),
                            (float) (.8 - .2 * s), .8f, (float) (.8 + .2 * s)
                        },
                        within(1e-5f));
    }

    private static double mean(float[] image) {
        double sum = 0;
        for (float value : image) {
            sum += value;
        }
        return sum / image.length;
    }

    @Test
    void downscaleAveragesBlocksAndInterpolatesBetweenTheirCenters() {
        float[] to = new float[4];
        Downscale.downscale(new float[] {0, 2, 4, 10}, to, Shape.of(1, 4, 1), 2);
        assertThat(to).containsExactly(new float[] {1, 2.5f, 5.5f, 7}, within(1e-6f)); // means 1 and 7
        to = new float[3];
        Downscale.downscale(new float[] {0, 2, 4}, to, Shape.of(3, 1, 1), 2);
        assertThat(to).containsExactly(new float[] {1, 1.75f, 3.25f}, within(1e-6f)); // means 1 and 4, the last of one
        to = new float[9];
        Downscale.downscale(DIGITS, to, SQUARE, 3);
        assertThat(to).containsOnly(5);
        Downscale.downscale(DIGITS, to, SQUARE, 50);
        assertThat(to).containsOnly(5);
        float[] flat = values(2 * 5 * 7, i -> i % 2 == 0 ? 0.25 : 3);
        assertThat(apply(new Downscale(1, 4), Shape.of(5, 7, 2), flat, 3)).containsExactly(flat, within(1e-6f));
    }

    @Test
    void downscaleDrawsWithItsProbabilityAndBlockSizes() {
        float[] image = new float[64];
        image[27] = 1;
        Shape shape = Shape.of(8, 8, 1);
        int untouched = 0;
        boolean[] seen = new boolean[5];
        for (int seed = 0; seed < 400; seed++) {
            float[] coarse = apply(new Downscale(0.5, 4), shape, image, seed);
            if (Arrays.equals(coarse, image)) {
                untouched++;
                continue;
            }
            for (int block = 2; block <= 4; block++) {
                float[] expected = new float[64];
                Downscale.downscale(image, expected, shape, block);
                seen[block] |= Arrays.equals(coarse, expected);
            }
        }
        assertThat(untouched).isBetween(160, 240);
        assertThat(seen).containsExactly(false, false, true, true, true);
        assertThat(apply(new Downscale(0, 4), shape, image, 9)).containsExactly(image);
    }

    /** A checkpoint of an earlier version can be resumed only if the text stays the same. */
    @Test
    void downscaleHasTheTextOfEarlierCheckpoints() {
        assertThat(new Downscale(0.25, 4)).hasToString("Coarsening[probability=0.25, largest=4]");
    }

    @ParameterizedTest
    @CsvSource({
        "affine,181,0,0,181.0°",
        "affine,0,-0.1,0,scale -0.1",
        "affine,0,0,1.5,shift by up to 1.5",
        "affine,NaN,0,0,NaN",
        "jitter,-1,0,0,brightness -1.0",
        "jitter,0,1.5,0,contrast 1.5",
        "jitter,0,0,NaN,saturation NaN",
        "downscale,1.5,2,0,probability 1.5",
        "downscale,0.5,1,0,largest block 1"
    })
    void rejectsInvalidBounds(String kind, double a, double b, double c, String found) {
        assertThatThrownBy(
                        () -> {
                            switch (kind) {
                                case "affine" -> new Affine(a, b, c);
                                case "jitter" -> new ColorJitter(a, b, c);
                                default -> new Downscale(a, (int) b);
                            }
                        })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(found);
    }
}

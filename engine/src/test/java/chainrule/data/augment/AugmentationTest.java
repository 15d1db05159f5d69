package chainrule.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

class AugmentationTest {
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

    private static Set<List<Float>> outcomes(Augmentation augmentation, Shape shape, float[] image, int tries) {
        Set<List<Float>> outcomes = new HashSet<>();
        for (int seed = 0; seed < tries; seed++) {
            outcomes.add(list(apply(augmentation, shape, image, seed)));
        }
        return outcomes;
    }

    private static List<Float> list(float... values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private static boolean mirrored(long image, int epoch, long seed) {
        RandomStream always = RandomStream.of(seed, "always").child(image);
        float[] to = new float[9];
        new AlternatingFlip().apply(DIGITS, to, SQUARE, always.child(epoch), always, epoch);
        assertThat(to).isIn(DIGITS, new float[] {3, 2, 1, 6, 5, 4, 9, 8, 7});
        return to[0] == 3;
    }

    @Test
    void alternatingFlipFlipsHalfOfTheImagesInEachEpoch() {
        int first = 0;
        int sameWithAnotherSeed = 0;
        for (int image = 0; image < 1000; image++) {
            boolean odd = mirrored(image, 1, 5);
            first += odd ? 1 : 0;
            sameWithAnotherSeed += odd == mirrored(image, 1, 6) ? 1 : 0;
            for (int epoch = 2; epoch < 6; epoch++) {
                assertThat(mirrored(image, epoch, 5)).isEqualTo(epoch % 2 == 1 ? odd : !odd);
            }
        }
        assertThat(first).isBetween(500 - 64, 500 + 64); // four deviations
        assertThat(sameWithAnotherSeed).isBetween(500 - 64, 500 + 64);
        assertThat(outcomes(new AlternatingFlip(), SQUARE, DIGITS, 50)).hasSize(2);
    }

    @Test
    void flipMirrorsPixelsAndKeepsChannels() {
        float[] image = {1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6};
        Shape shape = Shape.of(2, 3, 2);
        assertThat(apply(new HorizontalFlip(1), shape, image, 0))
                .containsExactly(3, -3, 2, -2, 1, -1, 6, -6, 5, -5, 4, -4);
        assertThat(apply(new HorizontalFlip(0), shape, image, 0)).containsExactly(image);
        int flipped = 0;
        for (int seed = 0; seed < 1000; seed++) {
            flipped += apply(new HorizontalFlip(), shape, image, seed)[0] == 3 ? 1 : 0;
        }
        assertThat(flipped).isBetween(437, 563); // four standard deviations
    }

    @Test
    void shiftHasAllOffsetsWithinTheBounds() {
        assertThat(outcomes(new Shift(1, 0, 0), SQUARE, DIGITS, 100))
                .containsExactlyInAnyOrder(
                        list(1, 2, 3, 4, 5, 6, 7, 8, 9),
                        list(0, 0, 0, 1, 2, 3, 4, 5, 6),
                        list(4, 5, 6, 7, 8, 9, 0, 0, 0));
        assertThat(outcomes(new Shift(0, 1, -1), SQUARE, DIGITS, 100))
                .containsExactlyInAnyOrder(
                        list(1, 2, 3, 4, 5, 6, 7, 8, 9),
                        list(-1, 1, 2, -1, 4, 5, -1, 7, 8),
                        list(2, 3, -1, 5, 6, -1, 8, 9, -1));
        assertThat(outcomes(new Shift(2, 1, 0), SQUARE, DIGITS, 2000)).hasSize(15);
    }

    @Test
    void shiftMovesWholePixelsEvenOutOfTheImage() {
        float[] image = {1, -1, 2, -2};
        assertThat(outcomes(new Shift(0, 3, 0), Shape.of(1, 2, 2), image, 200))
                .containsExactlyInAnyOrder(list(1, -1, 2, -2), list(0, 0, 1, -1), list(2, -2, 0, 0), list(0, 0, 0, 0));
        assertThat(outcomes(new Shift(2, 0, 9), Shape.of(1, 2, 2), image, 200))
                .containsExactlyInAnyOrder(list(1, -1, 2, -2), list(9, 9, 9, 9));
    }

    @Test
    void cropReflectsAtTheBorder() {
        assertThat(outcomes(new RandomCrop(1), Shape.of(2, 2, 1), new float[] {1, 2, 3, 4}, 500))
                .containsExactlyInAnyOrder(
                        list(1, 2, 3, 4), list(2, 1, 4, 3), list(3, 4, 1, 2), list(4, 3, 2, 1)); // left = right here
        Set<List<Float>> nine = outcomes(new RandomCrop(1), SQUARE, DIGITS, 500);
        assertThat(nine)
                .hasSize(9)
                .contains(list(5, 4, 5, 2, 1, 2, 5, 4, 5), list(5, 6, 5, 8, 9, 8, 5, 6, 5), list(DIGITS));
        assertThat(outcomes(new RandomCrop(2), SQUARE, DIGITS, 2000)).hasSize(16); // mirrored, −2 and 2 look alike
        assertThatThrownBy(() -> apply(new RandomCrop(3), SQUARE, DIGITS, 0))
                .hasMessageContainingAll("random crop", "padding 3", "[3 × 3 × 1]");
    }

    @Test
    void rotationsByMultiplesOf90DegreesAreExact() {
        float[] turned = new float[9];
        new Rotation(0, 0).rotate(DIGITS, turned, SQUARE, 90);
        assertThat(turned).containsExactly(new float[] {3, 6, 9, 2, 5, 8, 1, 4, 7}, within(1e-5f));
        new Rotation(0, 0).rotate(DIGITS, turned, SQUARE, 180);
        assertThat(turned).containsExactly(new float[] {9, 8, 7, 6, 5, 4, 3, 2, 1}, within(1e-5f));
        assertThat(apply(new Rotation(0, 7), SQUARE, DIGITS, 3)).containsExactly(DIGITS);
    }

    @Test
    void rotationInterpolatesBetweenPixels() {
        float[] image = new float[18];
        for (int i = 0; i < 9; i++) {
            image[2 * i] = DIGITS[i];
            image[2 * i + 1] = 1;
        }
        float[] turned = new float[18];
        new Rotation(0, 0).rotate(image, turned, Shape.of(3, 3, 2), 45);
        assertThat(turned[8]).isEqualTo(5); // the center
        // the top middle pixel is read at row and column 1 ∓ √½, up and to the right
        double near = 1 - Math.sqrt(0.5);
        double expected = (1 - near) * ((1 - near) * 3 + near * 2) + near * ((1 - near) * 6 + near * 5);
        assertThat(turned[2]).isCloseTo((float) expected, within(1e-5f));
        assertThat(turned[3]).isCloseTo(1, within(1e-5f));
        // the top left pixel comes from √2 above the center: between the row above the image and the top middle pixel
        assertThat(turned[0]).isCloseTo((float) ((2 - Math.sqrt(2)) * 2), within(1e-5f));
        assertThat(turned[1]).isCloseTo((float) (2 - Math.sqrt(2)), within(1e-5f));
    }

    @Test
    void rotationStaysWithinTheAngle() {
        float[] image = new float[21];
        image[10] = 1; // the middle of a line: a small rotation moves only its ends out of the row
        for (int seed = 0; seed < 50; seed++) {
            assertThat(apply(new Rotation(10, 0), Shape.of(1, 21, 1), image, seed)[10]).isEqualTo(1);
        }
        assertThat(outcomes(new Rotation(10, 0), SQUARE, DIGITS, 50)).hasSize(50);
    }

    private static final Augmentation[] ALL = {
        new HorizontalFlip(),
        new Shift(1, 2, 0),
        new RandomCrop(2),
        new Rotation(20, 0),
        new Affine(20, 0.3, 0.2),
        new ColorJitter(0.2, 0.2, 0),
        new Downscale(0.5, 3)
    };

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7})
    void resultsDoNotDependOnTheBatch(int batchSize) {
        Shape shape = Shape.of(5, 4, 1);
        int examples = 14;
        float[] expected = images(examples);
        Augmenter single = new Augmenter(shape, ALL);
        RandomStream epoch = RandomStream.of(5, "augmentation").child(2);
        for (int i = 0; i < examples; i++) {
            single.apply(expected, 20 * i, epoch.child(i));
        }
        float[] data = images(examples);
        Augmenter other = new Augmenter(shape, ALL);
        for (int first = (examples - 1) / batchSize * batchSize; first >= 0; first -= batchSize) {
            int size = Math.min(batchSize, examples - first);
            float[] batch = Arrays.copyOfRange(data, 20 * first, 20 * (first + size));
            for (int i = size - 1; i >= 0; i--) {
                other.apply(batch, 20 * i, epoch.child(first + i));
            }
            assertThat(batch).containsExactly(Arrays.copyOfRange(expected, 20 * first, 20 * (first + size)));
        }
    }

    private static float[] images(int n) {
        float[] images = new float[20 * n];
        for (int i = 0; i < images.length; i++) {
            images[i] = i % 23;
        }
        return images;
    }

    @Test
    void equalStepsDrawIndependently() {
        float[] image = new float[81];
        image[40] = 1;
        Augmenter twice = new Augmenter(Shape.of(9, 9, 1), new Shift(1, 0, 0), new Shift(1, 0, 0));
        Set<Integer> rows = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            float[] moved = image.clone();
            twice.apply(moved, 0, RandomStream.of(seed, "x"));
            for (int i = 0; i < 81; i++) {
                if (moved[i] == 1) {
                    rows.add(i / 9);
                }
            }
        }
        assertThat(rows).containsExactlyInAnyOrder(2, 3, 4, 5, 6);
    }

    @Test
    void withoutStepsNothingChanges() {
        float[] image = DIGITS.clone();
        new Augmenter(SQUARE).apply(image, 0, RandomStream.of(1, "x"));
        assertThat(image).containsExactly(DIGITS);
    }

    @Test
    void rejectsInvalidSettings() {
        assertThatThrownBy(() -> new Augmenter(Shape.of(9))).hasMessageContaining("[9]");
        assertThatThrownBy(() -> new HorizontalFlip(1.5)).hasMessageContaining("1.5");
        assertThatThrownBy(() -> new Shift(-1, 0, 0)).hasMessageContaining("-1×0");
        assertThatThrownBy(() -> new RandomCrop(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new Rotation(181, 0)).hasMessageContaining("181.0°");
    }
}

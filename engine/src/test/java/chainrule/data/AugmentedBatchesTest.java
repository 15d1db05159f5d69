package chainrule.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.data.augment.AlternatingFlip;
import chainrule.data.augment.Augmentation;
import chainrule.data.augment.HorizontalFlip;
import chainrule.data.augment.Rotation;
import chainrule.data.augment.Shift;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Augmentation and label smoothing of {@link Batches}. */
class AugmentedBatchesTest {
    private static final List<Augmentation> STEPS =
            List.of(new Rotation(20, 0), new Shift(1, 1, 0), new HorizontalFlip());
    private static final int COUNT = 23;
    private static final int PIXELS = 16;

    /** The class of image i is i itself, so that the target identifies the image. */
    private static final ByteImages IMAGES = images(IntStream.range(0, COUNT).mapToObj(Integer::toString).toList());

    private static ByteImages images(List<String> classes) {
        byte[] pixels = new byte[COUNT * PIXELS];
        byte[] labels = new byte[COUNT];
        RandomStream random = RandomStream.of(1, "pixels");
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) random.below(256, i);
            labels[i / PIXELS] = (byte) (i / PIXELS % classes.size());
        }
        return new ByteImages("noise", Shape.of(4, 4, 1), pixels, labels, classes);
    }

    private static Map<Integer, List<Float>> byClass(Iterable<Batch> pass) {
        Map<Integer, List<Float>> seen = new HashMap<>();
        for (Batch batch : pass) {
            for (int i = 0; i < batch.size(); i++) {
                int label = 0;
                while (batch.targets()[i * batch.classes() + label] < 0.5f) {
                    label++;
                }
                seen.put(label, list(Arrays.copyOfRange(batch.inputs(), i * PIXELS, (i + 1) * PIXELS)));
            }
        }
        assertThat(seen).hasSize(COUNT);
        return seen;
    }

    private static List<Float> list(float[] values) {
        return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 22})
    void augmentationDoesNotDependOnTheBatchSize(int size) {
        RandomStream random = RandomStream.of(4, "shuffle").child(1);
        Batches whole = new Batches(IMAGES, COUNT).augmented(STEPS).smoothed(0.1);
        Batches parts = new Batches(IMAGES, size).augmented(STEPS).smoothed(0.1);
        assertThat(byClass(parts.shuffled(random))).isEqualTo(byClass(whole.shuffled(random)));
        assertThat(byClass(parts.shuffled(random))).isEqualTo(byClass(whole.shuffled(random))); // and again
    }

    /** The order and the augmentations are drawn independently: an augmentation depends on the image's index alone. */
    @Test
    void augmentationDependsOnTheExampleNotOnItsPosition() {
        RandomStream random = RandomStream.of(4, "shuffle").child(1);
        Map<Integer, List<Float>> all = byClass(new Batches(IMAGES, 5).augmented(STEPS).shuffled(random));
        Batches few = new Batches(IMAGES.first(6), 6).augmented(STEPS); // another permutation of the same indices
        for (Batch batch : few.shuffled(random)) {
            for (int i = 0; i < 6; i++) {
                int label = 0;
                while (batch.targets()[i * COUNT + label] < 0.5f) {
                    label++;
                }
                assertThat(list(Arrays.copyOfRange(batch.inputs(), i * PIXELS, (i + 1) * PIXELS)))
                        .isEqualTo(all.get(label));
            }
        }
    }

    /** Independently of the batch size and of the position at which an epoch is resumed. */
    @Test
    void alternatingFlipAlternatesBetweenEpochs() {
        RandomStream run = RandomStream.of(4, "shuffle");
        Batches batches = new Batches(IMAGES, 5).augmented(List.of(new AlternatingFlip()));
        Map<Integer, List<Float>> plain = byClass(new Batches(IMAGES, 5));
        Map<Integer, List<Float>> first = byClass(batches.epoch(run, 1, 0));
        Map<Integer, List<Float>> second = byClass(batches.epoch(run, 2, 0));
        assertThat(byClass(batches.epoch(run, 3, 0))).isEqualTo(first).isNotEqualTo(second);
        for (int i = 0; i < COUNT; i++) {
            assertThat(List.of(first.get(i), second.get(i))).containsOnlyOnce(plain.get(i)).doesNotHaveDuplicates();
        }
        assertThat(byClass(new Batches(IMAGES, 7).augmented(List.of(new AlternatingFlip())).epoch(run, 2, 0)))
                .isEqualTo(second);
        for (Batch batch : batches.epoch(run, 2, 4)) {
            assertThat(batch.size()).isEqualTo(3);
            assertThat(second.values()).contains(list(Arrays.copyOf(batch.inputs(), PIXELS)));
        }
    }

    @Test
    void drawsDifferBetweenEpochsAndImages() {
        Batches batches = new Batches(IMAGES, 5).augmented(STEPS);
        RandomStream random = RandomStream.of(4, "shuffle");
        Map<Integer, List<Float>> first = byClass(batches.shuffled(random.child(1)));
        Map<Integer, List<Float>> second = byClass(batches.shuffled(random.child(2)));
        Map<Integer, List<Float>> plain = byClass(batches);
        assertThat(first.keySet().stream().filter(i -> first.get(i).equals(second.get(i)))).hasSizeLessThan(3);
        assertThat(first.keySet().stream().filter(i -> first.get(i).equals(plain.get(i)))).hasSizeLessThan(3);
        assertThat(new HashSet<>(first.values())).hasSize(COUNT);
    }

    @Test
    void iterationInOrderIsNeitherAugmentedNorSmoothed() {
        Batches plain = new Batches(IMAGES, 6);
        Batches changed = new Batches(IMAGES, 6).augmented(STEPS).smoothed(0.2);
        byClass(changed.shuffled(RandomStream.of(1, "shuffle"))); // must not influence the next iteration
        var expected = plain.iterator();
        for (Batch batch : changed) {
            Batch same = expected.next();
            assertThat(batch.inputs()).containsExactly(same.inputs());
            assertThat(batch.targets()).containsExactly(same.targets());
        }
    }

    @Test
    void labelSmoothingPreservesSumAndClass() {
        Batches batches = new Batches(images(List.of("a", "b", "c", "d")), 5).smoothed(0.2);
        for (Batch batch : batches.shuffled(RandomStream.of(1, "shuffle"))) {
            for (int i = 0; i < batch.size(); i++) {
                float[] row = Arrays.copyOfRange(batch.targets(), 4 * i, 4 * i + 4);
                Arrays.sort(row);
                assertThat(row).containsExactly(new float[] {0.05f, 0.05f, 0.05f, 0.85f}, within(1e-7f));
            }
        }
    }

    @Test
    void labelSmoothingMovesBinaryTargetsTowardOneHalf() {
        ByteImages two = images(List.of("no", "yes"));
        int ones = 0;
        for (Batch batch : new Batches(two, 6).smoothed(0.2).shuffled(RandomStream.of(1, "shuffle"))) {
            assertThat(batch.classes()).isEqualTo(1);
            for (int i = 0; i < batch.size(); i++) {
                float target = batch.targets()[i];
                assertThat(Math.min(Math.abs(target - 0.1f), Math.abs(target - 0.9f))).isLessThan(1e-6f);
                ones += target > 0.5f ? 1 : 0;
            }
        }
        assertThat(ones).isEqualTo(COUNT / 2);
        for (Batch batch : new Batches(two, 6).smoothed(0).shuffled(RandomStream.of(1, "shuffle"))) {
            assertThat(Arrays.copyOf(batch.targets(), batch.size())).containsOnly(0f, 1f);
        }
    }

    @Test
    void rejectsInvalidSettings() {
        Batches batches = new Batches(IMAGES, 5);
        for (double fraction : new double[] {-0.1, 1, Double.NaN}) {
            assertThatThrownBy(() -> batches.smoothed(fraction))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("label smoothing " + fraction + ": must be in [0, 1)");
        }
        Batches flat = new Batches(IMAGES.reshaped(Shape.of(PIXELS)), 5);
        assertThatThrownBy(() -> flat.augmented(STEPS)).hasMessageContaining("augmentation takes images");
    }
}

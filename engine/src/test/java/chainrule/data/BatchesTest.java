package chainrule.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.instancio.Instancio;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

class BatchesTest {
    private static final List<String> THREE = List.of("a", "b", "c");

    /** Example i has the pixels (i, 2i) and the class i mod 3. */
    private static ByteImages images(int count) {
        byte[] pixels = new byte[2 * count];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            pixels[2 * i] = (byte) i;
            pixels[2 * i + 1] = (byte) (2 * i);
            labels[i] = (byte) (i % 3);
        }
        return new ByteImages("numbers", Shape.of(2), pixels, labels, THREE);
    }

    /** Returns the indices of the examples in the order of iteration. */
    private static List<Integer> examples(Iterable<Batch> pass) {
        List<Integer> seen = new ArrayList<>();
        for (Batch batch : pass) {
            for (int i = 0; i < batch.size(); i++) {
                int example = Math.round(batch.inputs()[2 * i] * 255);
                assertThat(batch.inputs()[2 * i + 1]).isEqualTo((2 * example & 0xFF) / 255f);
                float[] row = new float[3];
                row[example % 3] = 1;
                assertThat(Arrays.copyOfRange(batch.targets(), 3 * i, 3 * i + 3)).isEqualTo(row);
                seen.add(example);
            }
        }
        return seen;
    }

    @Test
    void iteratesInOrderWithASmallerLastBatch() {
        Batches batches = new Batches(images(10), 4);
        assertThat(batches.count()).isEqualTo(3);
        assertThat(examples(batches)).isEqualTo(IntStream.range(0, 10).boxed().toList());
        List<Integer> sizes = new ArrayList<>();
        batches.forEach(batch -> sizes.add(batch.size()));
        assertThat(sizes).containsExactly(4, 4, 2);
    }

    @Test
    void shufflingVisitsEveryExampleOnce() {
        for (int round = 0; round < 50; round++) {
            int count = Instancio.gen().ints().range(1, 120).get();
            int size = Instancio.gen().ints().range(1, count).get();
            long seed = Instancio.gen().longs().get();
            Batches batches = new Batches(images(count), size);
            RandomStream random = RandomStream.of(seed, "shuffle");
            List<Integer> seen = examples(batches.shuffled(random));
            assertThat(seen).as("%d examples by %d, seed %d", count, size, seed).hasSize(count);
            assertThat(new HashSet<>(seen)).hasSize(count);
            assertThat(examples(batches.shuffled(random))).isEqualTo(seen);
        }
    }

    @Test
    void resumedEpochEqualsTheRestOfAFullEpoch() {
        Batches batches = new Batches(images(10), 4);
        RandomStream random = RandomStream.of(5, "shuffle");
        List<Integer> whole = examples(batches.epoch(random, 2, 0));
        for (int done = 0; done <= batches.count(); done++) {
            assertThat(examples(batches.epoch(random, 2, done))).isEqualTo(whole.subList(Math.min(10, 4 * done), 10));
        }
    }

    @Test
    void ordersDifferBetweenEpochs() {
        Batches batches = new Batches(images(100), 7);
        RandomStream random = RandomStream.of(3, "shuffle");
        List<Integer> first = examples(batches.shuffled(random.child(1)));
        assertThat(first).isNotEqualTo(examples(batches.shuffled(random.child(2)))).isNotEqualTo(examples(batches));
    }

    @Test
    void reusesArrays() {
        Iterator<Batch> pass = new Batches(images(4), 2).iterator();
        Batch first = pass.next();
        Batch second = pass.next();
        assertThat(second.inputs()).isSameAs(first.inputs());
        assertThat(second.targets()).isSameAs(first.targets());
        assertThat(pass.hasNext()).isFalse();
        assertThatThrownBy(pass::next).isInstanceOf(NoSuchElementException.class).hasMessageContaining("numbers");
    }

    @Test
    void rejectsBatchSizesOutOfRange() {
        for (int size : new int[] {-1, 0, 11}) {
            assertThatThrownBy(() -> new Batches(images(10), size))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("batch size %d: must be from 1 to the 10 examples of numbers", size);
        }
    }

    @Test
    void twoClassesHaveOneTargetColumn() {
        ByteImages two =
                new ByteImages("two", Shape.of(1), new byte[] {1, 2, 3}, new byte[] {0, 1, 1}, List.of("no", "yes"));
        Batch batch = new Batches(two, 3).iterator().next();
        assertThat(batch.classes()).isEqualTo(1);
        assertThat(Arrays.copyOf(batch.targets(), 3)).containsExactly(0, 1, 1);
    }

    @Test
    void scalesBytesToZeroToOne() {
        byte[] pixels = new byte[256];
        for (int i = 0; i < 256; i++) {
            pixels[i] = (byte) i;
        }
        ByteImages one = new ByteImages("gray", Shape.of(16, 16, 1), pixels, new byte[] {(byte) 200}, THREE);
        float[] into = new float[258];
        one.input(0, into, 1);
        for (int i = 0; i < 256; i++) {
            assertThat(into[i + 1]).isEqualTo(i / 255f);
        }
        assertThat(into[0]).isZero();
        assertThat(into[257]).isZero();
        assertThat(one.label(0)).isEqualTo(200);
        assertThat(one.reshaped(Shape.of(256)).inputShape()).isEqualTo(Shape.of(256));
        assertThatThrownBy(() -> one.reshaped(Shape.of(255)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gray: 256 pixels are not 1 images of shape [255]");
    }

    @Test
    void subsetHasTheGivenExamplesInOrder() {
        int[] indices = {7, 0, 7};
        Dataset subset = images(10).subset("some", indices);
        indices[0] = 9; // the subset keeps its own copy
        assertThat(subset.name()).isEqualTo("some");
        assertThat(examples(new Batches(subset, 2))).containsExactly(7, 0, 7);
        assertThat(examples(new Batches(images(10).first(3), 3))).containsExactly(0, 1, 2);
        for (int index : new int[] {-1, 10}) {
            assertThatThrownBy(() -> images(10).subset("some", new int[] {0, index}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("example %d of numbers, which has 10", index);
        }
        assertThatThrownBy(() -> images(10).first(11)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void inputsAreAllInputsInOrderInOneArray() {
        Iterable<float[]> inputs = images(5).inputs();
        for (int round = 0; round < 2; round++) { // every iteration starts from the beginning
            int example = 0;
            float[] first = null;
            for (float[] input : inputs) {
                assertThat(input).containsExactly(example / 255f, 2 * example / 255f);
                first = first == null ? input : first;
                assertThat(input).isSameAs(first);
                example++;
            }
            assertThat(example).isEqualTo(5);
        }
    }
}

package chainrule.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.augment.Augmentation;
import chainrule.data.augment.HorizontalFlip;
import chainrule.data.augment.RandomCrop;
import chainrule.data.augment.Rotation;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

@Timeout(60)
class PrefetcherTest {
    private static final Shape SHAPE = Shape.of(6, 5, 2);
    private static final List<Augmentation> STEPS =
            List.of(new Rotation(20, 0), new RandomCrop(2), new HorizontalFlip());
    private static final RandomStream DRAWS = RandomStream.of(4, "shuffle");

    /** Noise of three classes, with an action that runs when an example is read. */
    private record Noise(int size, IntConsumer reading) implements Dataset {
        Noise(int size) {
            this(size, _ -> {});
        }

        @Override
        public String name() {
            return "noise";
        }

        @Override
        public Shape inputShape() {
            return SHAPE;
        }

        @Override
        public List<String> classNames() {
            return List.of("a", "b", "c");
        }

        @Override
        public void input(int index, float[] into, int offset) {
            reading.accept(index);
            RandomStream random = RandomStream.of(index, "noise");
            for (int i = 0; i < SHAPE.elements(); i++) {
                into[offset + i] = (float) random.uniform(i);
            }
        }

        @Override
        public int label(int index) {
            return index % 3;
        }
    }

    /** Returns size and hash codes of every batch. */
    private static List<Object> bits(Iterable<Batch> batches) {
        List<Object> bits = new ArrayList<>();
        for (Batch batch : batches) {
            bits.add(batch.size());
            bits.add(Arrays.hashCode(Arrays.copyOf(batch.inputs(), batch.size() * SHAPE.elements())));
            bits.add(Arrays.hashCode(Arrays.copyOf(batch.targets(), batch.size() * 3)));
        }
        return bits;
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("chainrule-prefetch-"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void prefetchingIsBitIdenticalToSequential(int count) {
        for (int size : new int[] {1, 7, 20, 61}) {
            Batches batches = new Batches(new Noise(61), size).augmented(STEPS).smoothed(0.1);
            for (int epoch = 1; epoch <= 3; epoch++) {
                for (int done : new int[] {0, 1, batches.count()}) {
                    try (Prefetcher prefetcher = batches.prefetch(DRAWS, epoch, done, count)) {
                        assertThat(bits(prefetcher)).isEqualTo(bits(batches.epoch(DRAWS, epoch, done)));
                        assertThat(prefetcher.hasNext()).isFalse();
                    }
                }
            }
        }
        assertThat(threads()).isEmpty();
    }

    /** A batch is not overwritten while a slow caller works on it. */
    @Test
    void keepsABatchUnchangedUntilTheNextIsRequested() throws InterruptedException {
        Batches batches = new Batches(new Noise(40), 2);
        Iterator<Batch> expected = batches.epoch(DRAWS, 1, 0).iterator();
        try (Prefetcher prefetcher = batches.prefetch(DRAWS, 1, 0, 3)) {
            for (Batch batch : prefetcher) {
                Thread.sleep(3);
                assertThat(batch.inputs()).containsExactly(expected.next().inputs());
            }
        }
    }

    @Test
    void preparesNoMoreBatchesThanThereAreSlots() throws InterruptedException {
        AtomicInteger read = new AtomicInteger();
        Batches batches = new Batches(new Noise(100, _ -> read.incrementAndGet()), 1);
        try (Prefetcher prefetcher = batches.prefetch(DRAWS, 1, 0, 2)) {
            while (read.get() < 4) {
                Thread.sleep(1);
            }
            Thread.sleep(30);
            assertThat(read.get()).isEqualTo(4); // two threads and two more slots
            prefetcher.next();
            Thread.sleep(30);
            assertThat(read.get()).isEqualTo(4); // the first one is still with the caller
            prefetcher.next();
            while (read.get() < 5) {
                Thread.sleep(1);
            }
        }
    }

    @Test
    void reusesArraysAcrossBatchesAndEpochs() {
        Batches batches = new Batches(new Noise(50), 4).augmented(STEPS);
        Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int epoch = 1; epoch <= 3; epoch++) {
            try (Prefetcher prefetcher = batches.prefetch(DRAWS, epoch, 0, 1)) {
                for (Batch batch : prefetcher) {
                    arrays.add(batch.inputs());
                    arrays.add(batch.targets());
                }
            }
        }
        assertThat(arrays).hasSize(6);
    }

    @Test
    void closeEndsThreadsAtAnyPosition() {
        Batches batches = new Batches(new Noise(1000), 2);
        for (int read = 0; read < 4; read++) {
            try (Prefetcher prefetcher = batches.prefetch(DRAWS, 1, 0, 3)) {
                for (int i = 0; i < read; i++) {
                    prefetcher.next();
                }
                assertThat(threads()).isNotEmpty().allMatch(Thread::isDaemon);
            }
            assertThat(threads()).isEmpty();
        }
        Prefetcher prefetcher = batches.prefetch(DRAWS, 1, 0, 1);
        prefetcher.close();
        prefetcher.close();
        assertThatThrownBy(prefetcher::next)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the prefetcher of noise is closed");
    }

    /** A busy thread finishes its batch and is not interrupted. */
    @Test
    void closeWaitsForTheBatchInProgress() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        Batches batches =
                new Batches(
                        new Noise(
                                10,
                                _ -> {
                                    reading.countDown();
                                    try {
                                        Thread.sleep(50);
                                        done.incrementAndGet();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                }),
                        1);
        Prefetcher prefetcher = batches.prefetch(DRAWS, 1, 0, 1);
        reading.await();
        Thread.currentThread().interrupt();
        prefetcher.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done.get()).isGreaterThan(0);
        assertThat(threads()).isEmpty();
    }

    @Test
    void rethrowsAThreadsExceptionForItsBatch() {
        int[] order = DRAWS.child(1).permutation(20);
        for (Throwable thrown :
                new Throwable[] {new DataException("face.jpg cannot be read"), new OutOfMemoryError("for a test")}) {
            IntConsumer reading =
                    index -> {
                        if (index == order[13]) {
                            PrefetcherTest.<RuntimeException>sneak(thrown);
                        }
                    };
            Batches batches = new Batches(new Noise(20, reading), 5);
            try (Prefetcher prefetcher = batches.prefetch(DRAWS, 1, 0, 2)) {
                prefetcher.next();
                prefetcher.next();
                assertThatThrownBy(prefetcher::next)
                        .isSameAs(thrown)
                        .satisfies(e -> assertThat(e.getStackTrace()[0].getClassName()).contains("PrefetcherTest"))
                        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1))
                        .satisfies(
                                e ->
                                        assertThat(e.getSuppressed()[0])
                                                .hasMessage("batch 3 was requested here")
                                                .hasStackTraceContaining("rethrowsAThreadsExceptionForItsBatch"));
                assertThat(prefetcher.next().size()).isEqualTo(5); // the other batches are unaffected
            }
            assertThat(threads()).isEmpty();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable t) throws T {
        throw (T) t;
    }

    @Test
    void rejectsASecondOpenPrefetcher() {
        Batches batches = new Batches(new Noise(10), 2);
        try (Prefetcher _ = batches.prefetch(DRAWS, 1, 0)) {
            assertThatThrownBy(() -> batches.prefetch(DRAWS, 2, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the last prefetcher of noise is still open: close it first");
        }
        batches.prefetch(DRAWS, 2, 0).close();
    }

    @Test
    void measuresTimeSpentWaiting() throws InterruptedException {
        IntConsumer slow =
                _ -> {
                    try {
                        Thread.sleep(20);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                };
        try (Prefetcher prefetcher = new Batches(new Noise(10, slow), 1).prefetch(DRAWS, 1, 0, 1)) {
            bits(prefetcher);
            assertThat(prefetcher.waitedSeconds()).isBetween(0.15, 10.0);
        }
        Batches quick = new Batches(new Noise(3), 1);
        try (Prefetcher prefetcher = quick.prefetch(DRAWS, 1, 0, 1)) {
            while (!threads().isEmpty()) {
                Thread.sleep(1); // until all three slots are full
            }
            bits(prefetcher);
            assertThat(prefetcher.waitedSeconds()).isZero();
        }
    }
}

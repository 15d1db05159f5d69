package chainrule.data;

import chainrule.backend.Sizes;
import chainrule.data.augment.Augmentation;
import chainrule.data.augment.Augmenter;
import chainrule.tensor.RandomStream;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Splits a data set into batches, in order or shuffled; the last batch may be smaller. */
public final class Batches implements Iterable<Batch> {
    private final Dataset data;
    private final int batchSize;
    private final Prefetcher.Slot own;
    private Prefetcher.Slot[] slots;
    private boolean open;
    private List<Augmentation> augmentation = List.of();
    private float smoothing;

    /**
     * @param batchSize examples per batch
     * @throws IllegalArgumentException if it is below 1 or above the number of examples
     */
    public Batches(Dataset data, int batchSize) {
        if (batchSize < 1 || batchSize > data.size()) {
            throw new IllegalArgumentException(
                    "batch size "
                            + batchSize
                            + ": must be from 1 to the "
                            + data.size()
                            + " examples of "
                            + data.name());
        }
        this.data = data;
        this.batchSize = batchSize;
        this.own = slot();
    }

    /** Augments the images of shuffled epochs, each with its own draws; iteration in order leaves images unchanged. */
    public Batches augmented(List<Augmentation> steps) {
        if (!steps.isEmpty()) {
            new Augmenter(data.inputShape(), steps); // throws here if the inputs are not images
        }
        this.augmentation = List.copyOf(steps);
        return this;
    }

    /**
     * Sets label smoothing (Szegedy et al. 2016) for shuffled epochs: spreads a fraction of every target evenly over
     * all classes, so that no logit is driven to infinity.
     *
     * @param fraction 0 for none, below 1
     */
    public Batches smoothed(double fraction) {
        if (!(fraction >= 0 && fraction < 1)) {
            throw new IllegalArgumentException("label smoothing " + fraction + ": must be in [0, 1)");
        }
        this.smoothing = (float) fraction;
        return this;
    }

    /** Returns the number of batches per epoch. */
    public int count() {
        return Math.ceilDiv(data.size(), batchSize);
    }

    private Prefetcher.Slot slot() {
        int inputs = Sizes.product("a batch", batchSize, data.inputShape().elements());
        return new Prefetcher.Slot(inputs, Sizes.product("a batch's targets", batchSize, data.targetSize()));
    }

    /** Iterates in the order of the data set, without augmentation or label smoothing. */
    @Override
    public Iterator<Batch> iterator() {
        return new BatchIterator(new EpochPlan(data, batchSize, null, augmentation, smoothing, null, null, 0), 0);
    }

    /** Returns the batches of a single epoch in an order drawn from this stream. */
    public Iterable<Batch> shuffled(RandomStream random) {
        return () -> new BatchIterator(plan(random, random, 1), 0);
    }

    /**
     * Returns the batches of one epoch of a run; every epoch has a different order.
     *
     * @param run the draws of the whole run
     * @param epoch counted from 1
     * @param done batches to skip at the beginning, at most {@link #count}: to resume an interrupted epoch
     */
    public Iterable<Batch> epoch(RandomStream run, int epoch, int done) {
        return () -> new BatchIterator(plan(run.child(epoch), run, epoch), done);
    }

    /**
     * Returns the same batches as {@link #epoch}, prepared by background threads.
     *
     * @throws IllegalStateException if the previous prefetcher, which uses the same arrays, is not closed yet
     */
    public Prefetcher prefetch(RandomStream run, int epoch, int done) {
        // One thread prepares some 30,000 augmented CIFAR-10 images a second: enough for any CPU, not for a large GPU.
        return prefetch(run, epoch, done, Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 1, 4));
    }

    /** @param threads that prepare batches; the bits do not depend on it */
    Prefetcher prefetch(RandomStream run, int epoch, int done, int threads) {
        if (open) {
            throw new IllegalStateException("the last prefetcher of " + data.name() + " is still open: close it first");
        }
        if (slots == null || slots.length != threads + 2) {
            slots = new Prefetcher.Slot[threads + 2]; // one for the caller, one that is ready
            Arrays.setAll(slots, _ -> slot());
        }
        open = true;
        return new Prefetcher(plan(run.child(epoch), run, epoch), done, slots, threads, () -> open = false);
    }

    private EpochPlan plan(RandomStream random, RandomStream run, int epoch) {
        return new EpochPlan(
                data,
                batchSize,
                random.permutation(data.size()),
                augmentation,
                smoothing,
                random.child("augmentation"),
                run.child("every epoch"),
                epoch);
    }

    /** Prepares each batch on demand, on the caller's thread. */
    private final class BatchIterator implements Iterator<Batch> {
        private final EpochPlan plan;
        private final EpochPlan.Writer writer;
        private int next;

        BatchIterator(EpochPlan plan, int next) {
            this.plan = plan;
            this.writer = plan.writer();
            this.next = next;
        }

        @Override
        public boolean hasNext() {
            return next < plan.count();
        }

        @Override
        public Batch next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more batches of " + data.name() + " in this epoch");
            }
            return writer.write(next++, own.inputs, own.targets);
        }
    }
}

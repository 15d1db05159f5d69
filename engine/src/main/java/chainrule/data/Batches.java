package chainrule.data;

import chainrule.data.augment.Augmentation;
import chainrule.data.augment.Augmenter;
import chainrule.tensor.RandomStream;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** A pass over a data set, batch by batch; the last batch may be smaller. */
public final class Batches implements Iterable<Batch> {
    private final Dataset data;
    private final int batchSize;
    private final int classes;
    private final float[] inputs;
    private final float[] targets;
    private Augmenter augmenter;
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
        this.classes = data.targetSize();
        this.inputs = new float[batchSize * data.inputShape().elements()];
        this.targets = new float[batchSize * classes];
    }

    /** Changes the images of shuffled passes, each by its own draws; passes in order show them as they are. */
    public Batches augmented(List<Augmentation> steps) {
        this.augmenter = steps.isEmpty() ? null : new Augmenter(data.inputShape(), steps);
        return this;
    }

    /**
     * Label smoothing (Szegedy et al. 2016) in shuffled passes: a share of every target is spread evenly over all
     * classes, so that no logit is driven to infinity.
     *
     * @param share 0 for none, below 1
     */
    public Batches smoothed(double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("label smoothing " + share + ": must be in [0, 1)");
        }
        this.smoothing = (float) share;
        return this;
    }

    /** How many batches a pass has. */
    public int count() {
        return Math.ceilDiv(data.size(), batchSize);
    }

    /** In the order of the data set. */
    @Override
    public Iterator<Batch> iterator() {
        return new Pass(null, null, null, 0, 0);
    }

    /** In an order drawn from this stream: a first epoch, and the only one. */
    public Iterable<Batch> shuffled(RandomStream random) {
        return pass(random, random, 1, 0);
    }

    /**
     * One epoch of a run, in an order of its own.
     *
     * @param run the whole run's draws
     * @param epoch counted from 1
     * @param done the batches left out at its beginning, at most {@link #count}: to go on where an epoch was broken off
     */
    public Iterable<Batch> epoch(RandomStream run, int epoch, int done) {
        return pass(run.child(epoch), run, epoch, Math.min(data.size(), done * batchSize));
    }

    private Iterable<Batch> pass(RandomStream random, RandomStream run, int epoch, int next) {
        return () ->
                new Pass(
                        random.permutation(data.size()),
                        random.child("augmentation"),
                        run.child("every epoch"),
                        epoch,
                        next);
    }

    private final class Pass implements Iterator<Batch> {
        private final int[] order;
        private final RandomStream random;
        private final RandomStream always;
        private final int epoch;
        private int next;

        /** A shuffled pass with the draws of its epoch and those of all epochs; all null for a pass in order. */
        Pass(int[] order, RandomStream random, RandomStream always, int epoch, int next) {
            this.order = order;
            this.random = random;
            this.always = always;
            this.epoch = epoch;
            this.next = next;
        }

        @Override
        public boolean hasNext() {
            return next < data.size();
        }

        @Override
        public Batch next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the pass over " + data.name() + " is over");
            }
            int size = Math.min(batchSize, data.size() - next);
            float share = order == null ? 0 : smoothing;
            Arrays.fill(targets, classes == 1 ? share / 2 : share / classes);
            for (int i = 0; i < size; i++, next++) {
                int example = order == null ? next : order[next];
                data.input(example, inputs, i * data.inputShape().elements());
                if (order != null && augmenter != null) {
                    int offset = i * data.inputShape().elements();
                    augmenter.apply(inputs, offset, random.child(example), always.child(example), epoch);
                }
                if (classes == 1) {
                    targets[i] += (1 - share) * data.label(example);
                } else {
                    targets[i * classes + data.label(example)] += 1 - share;
                }
            }
            return new Batch(size, data.inputShape(), inputs, classes, targets);
        }
    }
}

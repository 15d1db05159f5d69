package chainrule.data;

import chainrule.tensor.RandomStream;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** A pass over a data set, batch by batch; the last batch may be smaller. */
public final class Batches implements Iterable<Batch> {
    private final Dataset data;
    private final int batchSize;
    private final int classes;
    private final float[] inputs;
    private final float[] targets;

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

    /** How many batches a pass has. */
    public int count() {
        return Math.ceilDiv(data.size(), batchSize);
    }

    /** In the order of the data set. */
    @Override
    public Iterator<Batch> iterator() {
        return new Pass(null);
    }

    /** In an order drawn from this stream. */
    public Iterable<Batch> shuffled(RandomStream random) {
        return () -> new Pass(random.permutation(data.size()));
    }

    private final class Pass implements Iterator<Batch> {
        private final int[] order;
        private int next;

        Pass(int[] order) {
            this.order = order;
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
            Arrays.fill(targets, 0);
            for (int i = 0; i < size; i++, next++) {
                int example = order == null ? next : order[next];
                data.input(example, inputs, i * data.inputShape().elements());
                if (classes == 1) {
                    targets[i] = data.label(example);
                } else {
                    targets[i * classes + data.label(example)] = 1;
                }
            }
            return new Batch(size, data.inputShape(), inputs, classes, targets);
        }
    }
}

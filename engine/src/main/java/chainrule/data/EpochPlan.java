package chainrule.data;

import chainrule.data.augment.Augmentation;
import chainrule.data.augment.Augmenter;
import chainrule.tensor.RandomStream;

import java.util.Arrays;
import java.util.List;

/**
 * The content of every batch of an epoch as a function of the batch's index: independent of the order in which batches
 * are prepared and of the thread that prepares them.
 *
 * @param data the examples
 * @param batchSize examples per batch; the last batch has the remaining ones
 * @param order the permutation of the examples; null for the order of the data set, without augmentation or smoothing
 * @param augmentation applied to each image
 * @param smoothing label smoothing: the fraction of every target that is spread evenly over all classes
 * @param random draws of this epoch
 * @param always draws that are the same in every epoch
 * @param epoch counted from 1
 */
record EpochPlan(
        Dataset data,
        int batchSize,
        int[] order,
        List<Augmentation> augmentation,
        float smoothing,
        RandomStream random,
        RandomStream always,
        int epoch) {
    String name() {
        return data.name();
    }

    /** The number of batches. */
    int count() {
        return Math.ceilDiv(data.size(), batchSize);
    }

    /** A new writer, for use by one thread. */
    Writer writer() {
        return new Writer();
    }

    /** Writes batches to the caller's arrays. */
    final class Writer {
        private final Augmenter augmenter =
                order == null || augmentation.isEmpty() ? null : new Augmenter(data.inputShape(), augmentation);

        /** @param index counted from 0 */
        Batch write(int index, float[] inputs, float[] targets) {
            int first = index * batchSize;
            int size = Math.min(batchSize, data.size() - first);
            int classes = data.targetSize();
            int length = data.inputShape().elements();
            float spread = order == null ? 0 : smoothing;
            Arrays.fill(targets, 0, size * classes, classes == 1 ? spread / 2 : spread / classes);
            for (int i = 0; i < size; i++) {
                int example = order == null ? first + i : order[first + i];
                data.input(example, inputs, i * length);
                if (augmenter != null) {
                    augmenter.apply(inputs, i * length, random.child(example), always.child(example), epoch);
                }
                if (classes == 1) {
                    targets[i] += (1 - spread) * data.label(example);
                } else {
                    targets[i * classes + data.label(example)] += 1 - spread;
                }
            }
            return new Batch(size, data.inputShape(), inputs, classes, targets);
        }
    }
}

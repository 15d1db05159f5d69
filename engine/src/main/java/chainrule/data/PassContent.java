package chainrule.data;

import chainrule.data.augment.Augmentation;
import chainrule.data.augment.Augmenter;
import chainrule.tensor.RandomStream;

import java.util.Arrays;
import java.util.List;

/**
 * What the batches of one pass hold: a function of the batch's number, whoever asks and in whatever order.
 *
 * @param data the examples
 * @param batchSize examples per batch; the last one has what is left
 * @param order which example stands where; null for the order of the data set, without augmentation or smoothing
 * @param augmentation of each image
 * @param smoothing share of every target that is spread over all classes
 * @param random draws of this pass
 * @param always draws that are the same in every pass
 * @param epoch counted from 1
 */
record PassContent(
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

    /** How many batches there are. */
    int count() {
        return Math.ceilDiv(data.size(), batchSize);
    }

    /** For one thread. */
    Writer writer() {
        return new Writer();
    }

    /** Writes batches into the caller's arrays. */
    final class Writer {
        private final Augmenter augmenter =
                order == null || augmentation.isEmpty() ? null : new Augmenter(data.inputShape(), augmentation);

        /** @param number counted from 0 */
        Batch write(int number, float[] inputs, float[] targets) {
            int first = number * batchSize;
            int size = Math.min(batchSize, data.size() - first);
            int classes = data.targetSize();
            int length = data.inputShape().elements();
            float share = order == null ? 0 : smoothing;
            Arrays.fill(targets, 0, size * classes, classes == 1 ? share / 2 : share / classes);
            for (int i = 0; i < size; i++) {
                int example = order == null ? first + i : order[first + i];
                data.input(example, inputs, i * length);
                if (augmenter != null) {
                    augmenter.apply(inputs, i * length, random.child(example), always.child(example), epoch);
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

package chainrule.experiments.data;

import chainrule.data.ByteImages;
import chainrule.data.Dataset;
import chainrule.tensor.RandomStream;

import java.util.Arrays;
import java.util.Locale;

/**
 * Training images, some of which are held out for validation.
 *
 * @param train the others
 * @param validation held out
 */
public record ValidationSplit(Dataset train, Dataset validation) {
    /**
     * Holds out images at random.
     *
     * @param name of the data set
     * @param heldOut the number of images to hold out
     */
    public static ValidationSplit of(String name, ByteImages images, int heldOut, long seed) {
        int[] order = RandomStream.of(seed, "validation split").permutation(images.size());
        return new ValidationSplit(
                images.subset(name + " train", Arrays.copyOfRange(order, heldOut, order.length)),
                images.subset(name + " validation", Arrays.copyOf(order, heldOut)));
    }

    /** One line for a run's header. */
    public String describe() {
        return validation.size() == 0
                ? "none"
                : String.format(Locale.ROOT, "%,d of the training images, chosen by the seed", validation.size());
    }
}

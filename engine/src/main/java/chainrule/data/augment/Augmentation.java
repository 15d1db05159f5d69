package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * A random, label-preserving transformation of an image, which enlarges the effective training set.
 *
 * <p>A pure function of the image and the random stream: with one stream per example and epoch, the result depends
 * neither on threads nor on the batch size. Every output pixel is computed from input pixels at other positions, so an
 * augmentation reads one array and writes another; {@link Augmenter} chains several of them.
 *
 * <p>Implementations are immutable and can be shared between threads.
 */
@FunctionalInterface
public interface Augmentation {
    /**
     * Writes all elements of the transformed image to {@code to}.
     *
     * @param from the image, [height, width, channels] row-major; not changed
     * @param to another array of the same length
     * @param shape [height, width, channels]
     * @param random draws for this image and this augmentation alone
     */
    void apply(float[] from, float[] to, Shape shape, RandomStream random);

    /**
     * As above, for augmentations that depend on the epoch; by default, the additional arguments are ignored.
     *
     * @param image draws that are the same in every epoch, for this image and this augmentation alone
     * @param epoch counted from 1
     */
    default void apply(float[] from, float[] to, Shape shape, RandomStream random, RandomStream image, int epoch) {
        apply(from, to, shape, random);
    }
}

package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * A random change of an image that leaves its class as it is, so that a net sees more images than there are.
 *
 * <p>A pure function of the image and the stream: with one stream per example and epoch, the result depends neither on
 * threads nor on the batch size. Every pixel is written by looking up where it comes from, so an augmentation goes from
 * one array to another; {@link Augmenter} runs several in a row between two arrays that it keeps.
 *
 * <p>Implementations are immutable and can be shared between threads.
 */
@FunctionalInterface
public interface Augmentation {
    /**
     * Writes the changed image to {@code to}, all of it.
     *
     * @param from the image, [height, width, channels] row-major; not changed
     * @param to another array of the same length
     * @param shape [height, width, channels]
     * @param random draws for this image and this augmentation alone
     */
    void apply(float[] from, float[] to, Shape shape, RandomStream random);

    /**
     * The same for one that depends on how the image was shown before; all others ignore what it is told in addition.
     *
     * @param image draws that are the same in every epoch, for this image and this augmentation alone
     * @param epoch how often the image is shown now, counted from 1
     */
    default void apply(float[] from, float[] to, Shape shape, RandomStream random, RandomStream image, int epoch) {
        apply(from, to, shape, random);
    }
}

package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

import java.util.List;

/**
 * Applies a sequence of augmentations to images of one shape. It keeps two arrays to work on, so it allocates nothing
 * per image and is not thread-safe; several threads use one augmenter each and get the same results.
 *
 * <pre>{@code
 * Augmenter augmenter = new Augmenter(Shape.of(28, 28, 1), new Shift(2, 2, 0), new Rotation(10, 0));
 * RandomStream random = RandomStream.of(seed, "augmentation").child(epoch);
 * augmenter.apply(batch.inputs(), i * 784, random.child(example));
 * }</pre>
 */
public final class Augmenter {
    private final Shape shape;
    private final List<Augmentation> steps;
    private float[] current;
    private float[] next;

    /** See {@link #Augmenter(Shape, List)}. */
    public Augmenter(Shape shape, Augmentation... steps) {
        this(shape, List.of(steps));
    }

    /**
     * @param shape of one image, [height, width, channels]
     * @param steps in the order of application; if empty, images stay unchanged
     */
    public Augmenter(Shape shape, List<Augmentation> steps) {
        if (shape.rank() != 3) {
            throw new ShapeException("augmentation takes images [rows × columns × channels], got " + shape);
        }
        this.shape = shape;
        this.steps = List.copyOf(steps);
        this.current = new float[shape.elements()];
        this.next = new float[shape.elements()];
    }

    /**
     * Augments one image in place, as in the first epoch.
     *
     * @param images one or more images, one after another, such as a batch
     * @param offset of the image's first element
     * @param random draws for this image alone: derive it from seed, epoch and the example's index in the data set, not
     *     from its position in the batch
     */
    public void apply(float[] images, int offset, RandomStream random) {
        apply(images, offset, random, random, 1);
    }

    /**
     * Augments one image in place.
     *
     * @param images one or more images, one after another, such as a batch
     * @param offset of the image's first element
     * @param random draws for this image in this epoch: derived from seed, epoch and the example's index in the data
     *     set
     * @param always draws for this image in all epochs: derived from seed and the example's index
     * @param epoch counted from 1
     */
    public void apply(float[] images, int offset, RandomStream random, RandomStream always, int epoch) {
        int length = shape.elements();
        System.arraycopy(images, offset, current, 0, length);
        for (int i = 0; i < steps.size(); i++) {
            steps.get(i).apply(current, next, shape, random.child(i), always.child(i), epoch);
            float[] written = next;
            next = current;
            current = written;
        }
        System.arraycopy(current, 0, images, offset, length);
    }
}

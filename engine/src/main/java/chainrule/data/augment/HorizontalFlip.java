package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Flips the image horizontally with some probability. Use it for objects that occur in both orientations, such as
 * animals, not for digits and letters.
 *
 * @param probability 0 … 1
 */
public record HorizontalFlip(double probability) implements Augmentation {
    public HorizontalFlip {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("horizontal flip: probability " + probability + " must be in 0 … 1");
        }
    }

    /** Flips with probability 1/2. */
    public HorizontalFlip() {
        this(0.5);
    }

    @Override
    public void apply(float[] from, float[] to, Shape shape, RandomStream random) {
        write(random.uniform(0) < probability, from, to, shape);
    }

    static void write(boolean mirror, float[] from, float[] to, Shape shape) {
        if (!mirror) {
            System.arraycopy(from, 0, to, 0, shape.elements());
            return;
        }
        int pixels = shape.size(0) * shape.size(1);
        int width = shape.size(1);
        int channels = shape.size(2);
        for (int pixel = 0; pixel < pixels; pixel++) {
            int column = pixel % width;
            int mirrored = pixel - column + width - 1 - column;
            System.arraycopy(from, mirrored * channels, to, pixel * channels, channels);
        }
    }
}

package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import java.util.Arrays;

/**
 * Translates the image by an integer number of pixels, uniform within the bounds, and fills the uncovered area with
 * {@code fill}. Equivalent to padding the image with {@code fill} on all sides and cropping it at a random position.
 *
 * @param rows at most this many rows up or down
 * @param columns at most this many columns left or right
 * @param fill the background, in the units of the image's values
 */
public record Shift(int rows, int columns, float fill) implements Augmentation {
    public Shift {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("shift by " + rows + "×" + columns + ": bounds must be at least 0");
        }
    }

    @Override
    public void apply(float[] from, float[] to, Shape shape, RandomStream random) {
        int down = random.below(2 * rows + 1, 0) - rows;
        int right = random.below(2 * columns + 1, 1) - columns;
        int height = shape.size(0);
        int width = shape.size(1);
        int channels = shape.size(2);
        Arrays.fill(to, 0, shape.elements(), fill);
        int kept = width - Math.abs(right);
        for (int row = Math.max(0, down); kept > 0 && row < Math.min(height, height + down); row++) {
            int source = ((row - down) * width + Math.max(0, -right)) * channels;
            int target = (row * width + Math.max(0, right)) * channels;
            System.arraycopy(from, source, to, target, kept * channels);
        }
    }
}

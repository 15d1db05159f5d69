package chainrule.data.augment;

import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

import java.util.List;

/**
 * Test-time augmentation: the views of an image over which predictions are averaged. The prediction is p = Σᵥ(wᵥ pᵥ),
 * the weighted mean of the probabilities for each view (Krizhevsky et al. 2012, §4.1). A net that was trained with such
 * views makes different errors on each of them, so the mean has fewer. It is deterministic and, like the preprocessing,
 * part of the model.
 */
public enum TestTime {
    /** The unchanged image. */
    NONE(List.of(new View(1, 0, 0, false))),

    /** The image and its mirror image. */
    FLIP(List.of(new View(0.5, 0, 0, false), new View(0.5, 0, 0, true))),

    /**
     * Six views: the image, the image moved by one pixel down and right, and by one up and left, with the border filled
     * by reflection, and the mirror image of each. The two moved images together weigh as much as the original (the
     * multi-crop evaluation of K. Jordan, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", 2024, with the mean over
     * probabilities, not logits).
     */
    FLIP_AND_SHIFT(
            List.of(
                    new View(0.25, 0, 0, false),
                    new View(0.25, 0, 0, true),
                    new View(0.125, 1, 1, false),
                    new View(0.125, 1, 1, true),
                    new View(0.125, -1, -1, false),
                    new View(0.125, -1, -1, true)));

    private final List<View> views;

    TestTime(List<View> views) {
        this.views = views;
    }

    /** Returns the views in a fixed order; their weights sum to 1. */
    public List<View> views() {
        return views;
    }

    /** @throws ShapeException if the views are undefined for inputs of that shape */
    public void require(Shape input) {
        if (this != NONE && (input.rank() != 3 || Math.min(input.size(0), input.size(1)) < 2)) {
            throw new ShapeException(
                    "test-time views take images [rows × columns × channels] of at least 2 × 2 pixels, got " + input);
        }
    }

    /**
     * A view of an image.
     *
     * @param weight of its prediction
     * @param down pixels by which the content moves down
     * @param right pixels by which the content moves right
     * @param mirrored whether the image is flipped horizontally after moving
     */
    public record View(double weight, int down, int right, boolean mirrored) {
        /**
         * Writes the view of one image.
         *
         * @param from one or more images, one after another; not changed
         * @param to another array, written at the same offset
         * @param offset of the image's first element
         * @param shape [height, width, channels], or any shape for the unchanged image
         */
        public void write(float[] from, float[] to, int offset, Shape shape) {
            if (down == 0 && right == 0 && !mirrored) {
                System.arraycopy(from, offset, to, offset, shape.elements());
                return;
            }
            int height = shape.size(0);
            int width = shape.size(1);
            int channels = shape.size(2);
            for (int row = 0; row < height; row++) {
                int sourceRow = RandomCrop.mirrored(row - down, height) * width;
                for (int column = 0; column < width; column++) {
                    int moved = mirrored ? width - 1 - column : column;
                    int source = (sourceRow + RandomCrop.mirrored(moved - right, width)) * channels;
                    int target = (row * width + column) * channels;
                    System.arraycopy(from, offset + source, to, offset + target, channels);
                }
            }
        }
    }
}

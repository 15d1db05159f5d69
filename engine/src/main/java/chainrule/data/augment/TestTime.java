package chainrule.data.augment;

import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

import java.util.List;

/**
 * Which views of an image a trained net is asked about; its answer is p = Σ wᵥ·pᵥ, the weighted mean of the
 * probabilities that it gives for each view (Krizhevsky et al. 2012, §4.1). A net that saw such views in training errs
 * differently on each, and the mean errs less. Not random: it belongs to the model, as its preprocessing does.
 */
public enum TestTime {
    /** The image as it is. */
    NONE(List.of(new View(1, 0, 0, false))),

    /** The image and its mirror image. */
    FLIP(List.of(new View(0.5, 0, 0, false), new View(0.5, 0, 0, true))),

    /**
     * The image and, together as heavy, the image moved by one pixel down and right and by one up and left, the border
     * filled by reflection; each with its mirror image: six views (the multi-crop evaluation of K. Jordan, "94% on
     * CIFAR-10 in 3.29 Seconds on a Single GPU", 2024, with the mean over probabilities, not logits).
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

    /** In a fixed order; their weights sum to 1. */
    public List<View> views() {
        return views;
    }

    /** @throws ShapeException if the views are not defined on inputs of that shape */
    public void require(Shape input) {
        if (this != NONE && (input.rank() != 3 || Math.min(input.size(0), input.size(1)) < 2)) {
            throw new ShapeException(
                    "test-time views take images [rows × columns × channels] of at least 2 × 2 pixels, got " + input);
        }
    }

    /**
     * One way to look at an image.
     *
     * @param weight of its answer
     * @param down by how many pixels the content is moved down
     * @param right by how many pixels the content is moved right
     * @param mirrored left and right, after moving
     */
    public record View(double weight, int down, int right, boolean mirrored) {
        /**
         * Writes the view of one image.
         *
         * @param from images in a row; not changed
         * @param to another array, written at the same place
         * @param offset where the image begins
         * @param shape [height, width, channels], or any shape for the image as it is
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

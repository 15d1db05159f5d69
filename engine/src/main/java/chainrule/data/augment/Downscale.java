package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Reduces the resolution of an image: averages blocks of f × f pixels and interpolates bilinearly between the centers
 * of the blocks, with f uniform in 2 … {@code largest}. Use it if the same objects occur at different distances or
 * resolutions, so that what a net learns from sharp images also helps with blurred ones.
 *
 * @param probability of changing an image, 0 … 1
 * @param largest block size, at least 2
 */
public record Downscale(double probability, int largest) implements Augmentation {
    public Downscale {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("downscale: probability " + probability + " must be in 0 … 1");
        }
        if (largest < 2) {
            throw new IllegalArgumentException("downscale: largest block " + largest + ": must be at least 2");
        }
    }

    @Override
    public void apply(float[] from, float[] to, Shape shape, RandomStream random) {
        if (random.uniform(0) >= probability) {
            System.arraycopy(from, 0, to, 0, shape.elements());
            return;
        }
        downscale(from, to, shape, 2 + random.below(largest - 1, 1));
    }

    /** Downscales by blocks of that size; blocks at the bottom and the right may be smaller. */
    static void downscale(float[] from, float[] to, Shape shape, int block) {
        int height = shape.size(0);
        int width = shape.size(1);
        int channels = shape.size(2);
        int rows = Math.ceilDiv(height, block);
        int columns = Math.ceilDiv(width, block);
        float[] means = means(from, shape, block);
        for (int row = 0; row < height; row++) {
            float y = position(row, block, rows);
            int top = (int) y;
            int below = Math.min(top + 1, rows - 1);
            for (int column = 0; column < width; column++) {
                float x = position(column, block, columns);
                int left = (int) x;
                int right = Math.min(left + 1, columns - 1);
                for (int c = 0; c < channels; c++) {
                    float a = means[(top * columns + left) * channels + c];
                    float b = means[(top * columns + right) * channels + c];
                    float d = means[(below * columns + left) * channels + c];
                    float e = means[(below * columns + right) * channels + c];
                    float upper = a + (x - left) * (b - a);
                    float lower = d + (x - left) * (e - d);
                    to[(row * width + column) * channels + c] = upper + (y - top) * (lower - upper);
                }
            }
        }
    }

    /** The position of a pixel in units of block centers, clamped to the first and the last. */
    private static float position(int pixel, int block, int blocks) {
        return Math.clamp((pixel + 0.5f) / block - 0.5f, 0f, blocks - 1f);
    }

    private static float[] means(float[] from, Shape shape, int block) {
        int height = shape.size(0);
        int width = shape.size(1);
        int channels = shape.size(2);
        int rows = Math.ceilDiv(height, block);
        int columns = Math.ceilDiv(width, block);
        float[] means = new float[rows * columns * channels];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int pixels = extent(row, block, height) * extent(column, block, width);
                int into = (row / block * columns + column / block) * channels;
                for (int c = 0; c < channels; c++) {
                    means[into + c] += from[(row * width + column) * channels + c] / pixels;
                }
            }
        }
        return means;
    }

    /** The number of rows, or columns, of the block that contains this position. */
    private static int extent(int position, int block, int size) {
        return Math.min(block, size - position / block * block);
    }

    /**
     * The record's earlier name: checkpoints compare the text of the augmentations with the one they were saved with.
     */
    @Override
    public String toString() {
        return "Coarsening[probability=" + probability + ", largest=" + largest + "]";
    }
}

package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Pads the image on all sides by reflection and crops it to the original size at a uniformly random position: a
 * translation without an artificial border (Zagoruyko and Komodakis 2016, §3). The outermost row or column is not
 * repeated: … c b | a b c … For padding with a constant see {@link Shift}.
 *
 * @param padding pixels on each side; less than the image's height and width
 */
public record RandomCrop(int padding) implements Augmentation {
    public RandomCrop {
        if (padding < 0) {
            throw new IllegalArgumentException("random crop: padding " + padding + " must be at least 0");
        }
    }

    @Override
    public void apply(float[] from, float[] to, Shape shape, RandomStream random) {
        int height = shape.size(0);
        int width = shape.size(1);
        int channels = shape.size(2);
        if (padding >= Math.min(height, width)) {
            throw new IllegalArgumentException(
                    "random crop: padding " + padding + " must be less than the height and width of images " + shape);
        }
        int top = random.below(2 * padding + 1, 0) - padding;
        int left = random.below(2 * padding + 1, 1) - padding;
        for (int row = 0; row < height; row++) {
            int sourceRow = mirrored(row + top, height) * width;
            for (int column = 0; column < width; column++) {
                int source = (sourceRow + mirrored(column + left, width)) * channels;
                System.arraycopy(from, source, to, (row * width + column) * channels, channels);
            }
        }
    }

    /** Maps position i to 0 … size − 1 by one reflection at either end. */
    static int mirrored(int i, int size) {
        return i < 0 ? -i : i < size ? i : 2 * (size - 1) - i;
    }
}

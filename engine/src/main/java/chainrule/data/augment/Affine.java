package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Applies a random rotation, scaling and translation in one step, so that the image is interpolated only once. The
 * output at p, measured from the center, is the input at R(−α)·(p − t)/s, by bilinear interpolation between the four
 * nearest pixels. The input is extended beyond its border by reflection, without repeating the outermost row or column,
 * as in {@link RandomCrop}.
 *
 * @param degrees the angle α is uniform in ± this, 0 … 180
 * @param scale the factor s is (1 + scale)ᵘ with u uniform in ± 1: enlarging and shrinking are equally likely
 * @param shift t is uniform in ± this fraction of the height and of the width, 0 … 1
 */
public record Affine(double degrees, double scale, double shift) implements Augmentation {
    public Affine {
        if (!(degrees >= 0 && degrees <= 180)) {
            throw new IllegalArgumentException("affine: rotation by up to " + degrees + "°: must be in 0 … 180");
        }
        if (!(scale >= 0 && scale <= 3)) {
            throw new IllegalArgumentException("affine: scale " + scale + ": must be in 0 … 3");
        }
        if (!(shift >= 0 && shift <= 1)) {
            throw new IllegalArgumentException("affine: shift by up to " + shift + ": must be in 0 … 1");
        }
    }

    @Override
    public void apply(float[] from, float[] to, Shape shape, RandomStream random) {
        transform(
                from,
                to,
                shape,
                degrees * symmetric(random, 0),
                StrictMath.pow(1 + scale, symmetric(random, 1)),
                shift * shape.size(0) * symmetric(random, 2),
                shift * shape.size(1) * symmetric(random, 3));
    }

    private static double symmetric(RandomStream random, int index) {
        return 2 * random.uniform(index) - 1;
    }

    /** Rotates counterclockwise by {@code angle} degrees, scales, then translates by that many pixels. */
    void transform(float[] from, float[] to, Shape shape, double angle, double enlarge, double down, double right) {
        int height = shape.size(0);
        int width = shape.size(1);
        int channels = shape.size(2);
        double cos = StrictMath.cos(Math.toRadians(angle)) / enlarge;
        double sin = StrictMath.sin(Math.toRadians(angle)) / enlarge;
        double middleRow = (height - 1) / 2.0;
        double middleColumn = (width - 1) / 2.0;
        for (int row = 0; row < height; row++) {
            double y = row - middleRow - down;
            for (int column = 0; column < width; column++) {
                double x = column - middleColumn - right;
                double sourceRow = middleRow + cos * y + sin * x;
                double sourceColumn = middleColumn - sin * y + cos * x;
                int top = (int) Math.floor(sourceRow);
                int left = (int) Math.floor(sourceColumn);
                float bottomWeight = (float) (sourceRow - top);
                float rightWeight = (float) (sourceColumn - left);
                int above = mirrored(top, height) * width;
                int below = mirrored(top + 1, height) * width;
                int near = mirrored(left, width);
                int far = mirrored(left + 1, width);
                int target = (row * width + column) * channels;
                for (int c = 0; c < channels; c++) {
                    float topLeft = from[(above + near) * channels + c];
                    float bottomLeft = from[(below + near) * channels + c];
                    float upper = topLeft + rightWeight * (from[(above + far) * channels + c] - topLeft);
                    float lower = bottomLeft + rightWeight * (from[(below + far) * channels + c] - bottomLeft);
                    to[target + c] = upper + bottomWeight * (lower - upper);
                }
            }
        }
    }

    /** Maps any position to 0 … size − 1 by repeated reflection at both ends. */
    private static int mirrored(int i, int size) {
        if (i >= 0 && i < size) {
            return i;
        }
        if (size == 1) {
            return 0;
        }
        int period = 2 * (size - 1);
        int within = Math.floorMod(i, period);
        return within < size ? within : period - within;
    }
}

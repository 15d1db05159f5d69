package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Turns, enlarges and moves the image at random in one step, so that it is interpolated once. The pixel at p, measured
 * from the centre, shows what was at R(−α)·(p − t)/s, read by bilinear interpolation between its four neighbours; beyond
 * its border the image is continued by mirroring, without repeating the outermost row or column, as in {@link
 * RandomCrop}.
 *
 * @param degrees the angle α is uniform in ± this, 0 … 180
 * @param scale the factor s is (1 + scale)ᵘ with u uniform in ± 1: enlarging and shrinking are equally likely
 * @param shift t is uniform in ± this share of the height and of the width, 0 … 1
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

    /** Turns counter-clockwise by {@code angle} degrees, enlarges, then moves by that many pixels. */
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
                float bottomShare = (float) (sourceRow - top);
                float rightShare = (float) (sourceColumn - left);
                int above = mirrored(top, height) * width;
                int below = mirrored(top + 1, height) * width;
                int near = mirrored(left, width);
                int far = mirrored(left + 1, width);
                int target = (row * width + column) * channels;
                for (int c = 0; c < channels; c++) {
                    float topLeft = from[(above + near) * channels + c];
                    float bottomLeft = from[(below + near) * channels + c];
                    float upper = topLeft + rightShare * (from[(above + far) * channels + c] - topLeft);
                    float lower = bottomLeft + rightShare * (from[(below + far) * channels + c] - bottomLeft);
                    to[target + c] = upper + bottomShare * (lower - upper);
                }
            }
        }
    }

    /** Position i of 0 … size − 1 continued by mirroring at both ends, as often as it takes. */
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

package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Rotates the image about its center by an angle uniform in ± {@code degrees}. Every output pixel is the input at the
 * inversely rotated position, by bilinear interpolation between the four nearest pixels; outside the image the input is
 * {@code fill}.
 *
 * @param degrees the largest angle, 0 … 180
 * @param fill the background, in the units of the image's values
 */
public record Rotation(double degrees, float fill) implements Augmentation {
    public Rotation {
        if (!(degrees >= 0 && degrees <= 180)) {
            throw new IllegalArgumentException("rotation by up to " + degrees + "°: must be in 0 … 180");
        }
    }

    @Override
    public void apply(float[] from, float[] to, Shape shape, RandomStream random) {
        rotate(from, to, shape, degrees * (2 * random.uniform(0) - 1));
    }

    /** Rotates counterclockwise, with row 0 at the top. */
    void rotate(float[] from, float[] to, Shape shape, double angle) {
        int height = shape.size(0);
        int width = shape.size(1);
        int channels = shape.size(2);
        double cos = StrictMath.cos(Math.toRadians(angle));
        double sin = StrictMath.sin(Math.toRadians(angle));
        double middleRow = (height - 1) / 2.0;
        double middleColumn = (width - 1) / 2.0;
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                double down = row - middleRow;
                double right = column - middleColumn;
                double sourceRow = middleRow + cos * down + sin * right;
                double sourceColumn = middleColumn - sin * down + cos * right;
                int top = (int) Math.floor(sourceRow);
                int left = (int) Math.floor(sourceColumn);
                double bottomWeight = sourceRow - top;
                double rightWeight = sourceColumn - left;
                for (int c = 0; c < channels; c++) {
                    double above =
                            (1 - rightWeight) * at(from, shape, top, left, c)
                                    + rightWeight * at(from, shape, top, left + 1, c);
                    double below =
                            (1 - rightWeight) * at(from, shape, top + 1, left, c)
                                    + rightWeight * at(from, shape, top + 1, left + 1, c);
                    to[(row * width + column) * channels + c] =
                            (float) ((1 - bottomWeight) * above + bottomWeight * below);
                }
            }
        }
    }

    private float at(float[] image, Shape shape, int row, int column, int channel) {
        boolean inside = row >= 0 && row < shape.size(0) && column >= 0 && column < shape.size(1);
        return inside ? image[(row * shape.size(1) + column) * shape.size(2) + channel] : fill;
    }
}

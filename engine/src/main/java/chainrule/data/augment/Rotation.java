package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Turns the image about its centre by an angle uniform in ± {@code degrees}. Every pixel is turned back to where it came
 * from and read there by bilinear interpolation between its four neighbours; outside the image lies {@code fill}.
 *
 * @param degrees the largest angle, 0 … 180
 * @param fill the background, in the units the image has at this step
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

    /** Turns counter-clockwise, as seen with row 0 on top. */
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
                double bottomShare = sourceRow - top;
                double rightShare = sourceColumn - left;
                for (int c = 0; c < channels; c++) {
                    double above =
                            (1 - rightShare) * at(from, shape, top, left, c)
                                    + rightShare * at(from, shape, top, left + 1, c);
                    double below =
                            (1 - rightShare) * at(from, shape, top + 1, left, c)
                                    + rightShare * at(from, shape, top + 1, left + 1, c);
                    to[(row * width + column) * channels + c] =
                            (float) ((1 - bottomShare) * above + bottomShare * below);
                }
            }
        }
    }

    private float at(float[] image, Shape shape, int row, int column, int channel) {
        boolean inside = row >= 0 && row < shape.size(0) && column >= 0 && column < shape.size(1);
        return inside ? image[(row * shape.size(1) + column) * shape.size(2) + channel] : fill;
    }
}

package chainrule.experiments.image;

import java.util.Arrays;

/**
 * Cuts a rectangle out of an image and scales it to the input size of a net, by bilinear interpolation with
 * antialiasing: the same as {@code Resize(antialias=True)} of torchvision and {@code BILINEAR} of Pillow.
 *
 * <p>Every new pixel is a weighted mean of the old ones around it. The weights fall linearly to 0 at the distance of
 * one old pixel when enlarging and of one new pixel when shrinking, so that every old pixel counts. The border is
 * repeated beyond the image; results are rounded to bytes.
 */
public final class Resample {
    private Resample() {}

    /**
     * The rectangle [left, right) × [top, bottom), in fractional pixels; pixel i covers [i, i + 1).
     *
     * @param width of the result
     * @param height of the result
     * @throws IllegalArgumentException unless the rectangle is finite and not empty, and the result has a pixel
     */
    public static RgbImage rectangle(
            RgbImage image, double left, double top, double right, double bottom, int width, int height) {
        if (!(right - left > 0 && bottom - top > 0 && Double.isFinite(right - left + bottom - top))) {
            throw new IllegalArgumentException(
                    "rectangle [" + left + ", " + right + ") × [" + top + ", " + bottom + ") is empty");
        }
        Taps columns = Taps.of(left, right, width, image.width());
        Taps rows = Taps.of(top, bottom, height, image.height());
        float[] row = new float[3 * width];
        float[] sums = new float[3 * width];
        byte[] pixels = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            Arrays.fill(sums, 0);
            for (int i = 0; i < rows.count; i++) {
                float weight = rows.weights[y * rows.count + i];
                if (weight > 0) {
                    narrow(image, rows.places[y * rows.count + i], columns, row);
                    for (int x = 0; x < sums.length; x++) {
                        sums[x] += weight * row[x];
                    }
                }
            }
            for (int x = 0; x < sums.length; x++) {
                pixels[y * sums.length + x] = (byte) Math.round(sums[x]);
            }
        }
        return new RgbImage(width, height, pixels);
    }

    /** One row of the image in its new width. */
    private static void narrow(RgbImage image, int y, Taps columns, float[] row) {
        byte[] pixels = image.pixels();
        int start = y * image.width();
        for (int x = 0; 3 * x < row.length; x++) {
            float red = 0;
            float green = 0;
            float blue = 0;
            for (int i = x * columns.count; i < (x + 1) * columns.count; i++) {
                int pixel = 3 * (start + columns.places[i]);
                float weight = columns.weights[i];
                red += weight * (pixels[pixel] & 0xFF);
                green += weight * (pixels[pixel + 1] & 0xFF);
                blue += weight * (pixels[pixel + 2] & 0xFF);
            }
            row[3 * x] = red;
            row[3 * x + 1] = green;
            row[3 * x + 2] = blue;
        }
    }

    /** For each new pixel of one axis, {@code count} old ones and their weights, which add up to 1. */
    private record Taps(int count, int[] places, float[] weights) {
        static Taps of(double from, double to, int pixels, int size) {
            double step = (to - from) / pixels;
            double reach = Math.max(1, step);
            int count = 2 * (int) Math.ceil(reach) + 1;
            int[] places = new int[pixels * count];
            float[] weights = new float[pixels * count];
            double[] own = new double[count];
            for (int p = 0; p < pixels; p++) {
                double center = from + (p + 0.5) * step;
                int first = (int) Math.floor(center - reach);
                double sum = 0;
                for (int i = 0; i < count; i++) {
                    own[i] = Math.max(0, 1 - Math.abs(first + i + 0.5 - center) / reach);
                    sum += own[i];
                }
                for (int i = 0; i < count; i++) {
                    places[p * count + i] = Math.clamp(first + i, 0, size - 1);
                    weights[p * count + i] = (float) (own[i] / sum);
                }
            }
            return new Taps(count, places, weights);
        }
    }
}

package chainrule.experiments.image;

/**
 * The structural similarity of two images (Wang, Bovik, Sheikh, Simoncelli 2004): 1 for equal images, near 0 without
 * common structure. Means, variances and the covariance are taken under a Gaussian window of 11 × 11 pixels with
 * deviation 1.5, truncated at the border; the result is the mean over all pixels and channels.
 */
public final class Ssim {
    private static final int RADIUS = 5;
    private static final double DEVIATION = 1.5;
    private static final double C1 = 0.01 * 0.01; // for values in [0, 1]
    private static final double C2 = 0.03 * 0.03;

    private final double[] a;
    private final double[] b;
    private final int height;
    private final int width;
    private final int channels;

    private Ssim(double[] a, double[] b, int height, int width, int channels) {
        this.a = a;
        this.b = b;
        this.height = height;
        this.width = width;
        this.channels = channels;
    }

    /**
     * @param a and b two images of values in [0, 1], [height, width, channels] row-major
     */
    public static double of(double[] a, double[] b, int height, int width, int channels) {
        Ssim images = new Ssim(a, b, height, width, channels);
        double sum = 0;
        for (int row = 0; row < height; row++) {
            for (int col = 0; col < width; col++) {
                for (int c = 0; c < channels; c++) {
                    sum += images.at(row, col, c);
                }
            }
        }
        return sum / (height * width * channels);
    }

    private double at(int row, int col, int channel) {
        double weight = 0;
        double meanA = 0;
        double meanB = 0;
        double squareA = 0;
        double squareB = 0;
        double product = 0;
        for (int i = Math.max(0, row - RADIUS); i <= Math.min(height - 1, row + RADIUS); i++) {
            for (int j = Math.max(0, col - RADIUS); j <= Math.min(width - 1, col + RADIUS); j++) {
                double distance = (i - row) * (i - row) + (j - col) * (j - col);
                double w = Math.exp(-distance / (2 * DEVIATION * DEVIATION));
                double x = a[(i * width + j) * channels + channel];
                double y = b[(i * width + j) * channels + channel];
                weight += w;
                meanA += w * x;
                meanB += w * y;
                squareA += w * x * x;
                squareB += w * y * y;
                product += w * x * y;
            }
        }
        meanA /= weight;
        meanB /= weight;
        double varianceA = squareA / weight - meanA * meanA;
        double varianceB = squareB / weight - meanB * meanB;
        double covariance = product / weight - meanA * meanB;
        return (2 * meanA * meanB + C1)
                * (2 * covariance + C2)
                / ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2));
    }
}

package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

import java.util.Arrays;

/**
 * (x − mean) / deviation, channel by channel, with the mean and the deviation of the training images: inputs around 0
 * with spread 1 (LeCun et al. 1998, §4.3). Not random: it belongs to the model, at inference as in training.
 */
public final class ChannelNormalization implements Augmentation {
    private final double[] mean;
    private final double[] deviation;

    /**
     * @param mean one number per channel
     * @param deviation one number per channel, above 0
     */
    public ChannelNormalization(double[] mean, double[] deviation) {
        if (mean.length != deviation.length || mean.length == 0) {
            throw new IllegalArgumentException(
                    "channel normalisation: "
                            + mean.length
                            + " means and "
                            + deviation.length
                            + " deviations; there must be one of each per channel");
        }
        for (int c = 0; c < mean.length; c++) {
            if (!Double.isFinite(mean[c]) || !(deviation[c] > 0 && deviation[c] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "channel normalisation: channel "
                                + c
                                + " has mean "
                                + mean[c]
                                + " and deviation "
                                + deviation[c]
                                + "; both must be finite, the deviation above 0");
            }
        }
        this.mean = mean.clone();
        this.deviation = deviation.clone();
    }

    /**
     * That of these images. A channel that never changes keeps exactly its number as mean and gets the deviation 1, so it
     * becomes 0; the rounding of its sum would give a deviation near 1e-16 instead, and other images huge numbers.
     *
     * @param images any number of pixels, one after another
     * @param channels numbers per pixel
     */
    public static ChannelNormalization of(float[] images, int channels) {
        if (channels < 1 || images.length == 0 || images.length % channels != 0) {
            throw new ShapeException(
                    "channel normalisation: " + images.length + " numbers are not pixels of " + channels + " channels");
        }
        double pixels = images.length / channels;
        double[] mean = new double[channels];
        double[] deviation = new double[channels];
        for (int i = 0; i < images.length; i++) {
            mean[i % channels] += images[i] / pixels;
        }
        for (int i = 0; i < images.length; i++) {
            double distance = images[i] - mean[i % channels];
            deviation[i % channels] += distance * distance / pixels;
        }
        for (int c = 0; c < channels; c++) {
            if (isConstant(images, channels, c)) {
                mean[c] = images[c];
                deviation[c] = 1;
            } else {
                deviation[c] = Math.sqrt(deviation[c]);
            }
        }
        return new ChannelNormalization(mean, deviation);
    }

    private static boolean isConstant(float[] images, int channels, int channel) {
        for (int i = channel; i < images.length; i += channels) {
            if (images[i] != images[channel]) {
                return false;
            }
        }
        return true;
    }

    /** One number per channel. */
    public double[] mean() {
        return mean.clone();
    }

    /** One number per channel. */
    public double[] deviation() {
        return deviation.clone();
    }

    @Override
    public void apply(float[] from, float[] to, Shape shape, RandomStream random) {
        if (shape.size(-1) != mean.length) {
            throw new ShapeException(
                    "channel normalisation for " + mean.length + " channels got images " + shape + ", channels last");
        }
        for (int i = 0; i < shape.elements(); i++) {
            int c = i % mean.length;
            to[i] = (float) ((from[i] - mean[c]) / deviation[c]);
        }
    }

    @Override
    public String toString() {
        return "ChannelNormalization[mean=" + Arrays.toString(mean) + ", deviation=" + Arrays.toString(deviation) + "]";
    }
}

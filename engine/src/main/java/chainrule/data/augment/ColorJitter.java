package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Another light: with m the mean of all the image's numbers and g the mean of a pixel's channels, every number becomes
 *
 * <pre>{@code
 * y = m + b + c·(g + s·(x − g) − m)
 * }</pre>
 *
 * for a brightness b uniform in ± {@code brightness}, a contrast c uniform in 1 ± {@code contrast} and a saturation s
 * uniform in 1 ± {@code saturation}, drawn once per image. Nothing is clipped, so the image may have been normalised
 * before.
 *
 * @param brightness in the units the image has at this step, from 0 up
 * @param contrast 0 … 1
 * @param saturation 0 … 1
 */
public record ColorJitter(double brightness, double contrast, double saturation) implements Augmentation {
    public ColorJitter {
        if (!(brightness >= 0 && brightness < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("colour jitter: brightness " + brightness + ": must be from 0 up");
        }
        requireShare("contrast", contrast);
        requireShare("saturation", saturation);
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("colour jitter: " + name + " " + value + ": must be in 0 … 1");
        }
    }

    @Override
    public void apply(float[] from, float[] to, Shape shape, RandomStream random) {
        double b = brightness * (2 * random.uniform(0) - 1);
        float c = (float) (1 + contrast * (2 * random.uniform(1) - 1));
        float s = (float) (1 + saturation * (2 * random.uniform(2) - 1));
        int numbers = shape.elements();
        int channels = shape.size(2);
        double sum = 0;
        for (int i = 0; i < numbers; i++) {
            sum += from[i];
        }
        float mean = (float) (sum / numbers);
        float level = (float) (mean + b);
        for (int pixel = 0; pixel < numbers; pixel += channels) {
            float grey = 0;
            for (int i = pixel; i < pixel + channels; i++) {
                grey += from[i];
            }
            grey /= channels;
            for (int i = pixel; i < pixel + channels; i++) {
                to[i] = level + c * (grey + s * (from[i] - grey) - mean);
            }
        }
    }
}

package chainrule.data.augment;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Changes brightness, contrast and saturation at random. With m the mean of the whole image and g the mean of a pixel's
 * channels, every value x becomes
 *
 * <pre>{@code
 * y = m + b + c·(g + s·(x − g) − m)
 * }</pre>
 *
 * for a brightness b uniform in ± {@code brightness}, a contrast c uniform in 1 ± {@code contrast} and a saturation s
 * uniform in 1 ± {@code saturation}, drawn once per image. Values are not clipped, so the image may have been
 * normalized before.
 *
 * @param brightness in the units of the image's values, at least 0
 * @param contrast 0 … 1
 * @param saturation 0 … 1
 */
public record ColorJitter(double brightness, double contrast, double saturation) implements Augmentation {
    public ColorJitter {
        if (!(brightness >= 0 && brightness < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("color jitter: brightness " + brightness + ": must be at least 0");
        }
        requireFraction("contrast", contrast);
        requireFraction("saturation", saturation);
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("color jitter: " + name + " " + value + ": must be in 0 … 1");
        }
    }

    @Override
    public void apply(float[] from, float[] to, Shape shape, RandomStream random) {
        double b = brightness * (2 * random.uniform(0) - 1);
        float c = (float) (1 + contrast * (2 * random.uniform(1) - 1));
        float s = (float) (1 + saturation * (2 * random.uniform(2) - 1));
        int elements = shape.elements();
        int channels = shape.size(2);
        double sum = 0;
        for (int i = 0; i < elements; i++) {
            sum += from[i];
        }
        float mean = (float) (sum / elements);
        float level = (float) (mean + b);
        for (int pixel = 0; pixel < elements; pixel += channels) {
            float gray = 0;
            for (int i = pixel; i < pixel + channels; i++) {
                gray += from[i];
            }
            gray /= channels;
            for (int i = pixel; i < pixel + channels; i++) {
                to[i] = level + c * (gray + s * (from[i] - gray) - mean);
            }
        }
    }
}

package chainrule.data;

import chainrule.tensor.Shape;

import java.util.List;

/**
 * Images stored as one byte per value and scaled to [0, 1] by x/255 when read: a quarter of the memory of floats.
 *
 * @param inputShape of one image, [height, width, channels] or [pixels]
 * @param pixels the bytes of all images, one image after another
 * @param labels one class per image
 */
public record ByteImages(String name, Shape inputShape, byte[] pixels, byte[] labels, List<String> classNames)
        implements Dataset {
    private static final float[] SCALED = new float[256];

    static {
        for (int i = 0; i < 256; i++) {
            SCALED[i] = i / 255f;
        }
    }

    public ByteImages {
        if (pixels.length != (long) labels.length * inputShape.elements()) {
            throw new IllegalArgumentException(
                    name
                            + ": "
                            + pixels.length
                            + " pixels are not "
                            + labels.length
                            + " images of shape "
                            + inputShape);
        }
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public void input(int index, float[] into, int offset) {
        int elements = inputShape.elements();
        int from = index * elements;
        for (int i = 0; i < elements; i++) {
            into[offset + i] = SCALED[pixels[from + i] & 0xFF];
        }
    }

    @Override
    public int label(int index) {
        return labels[index] & 0xFF;
    }

    /** Returns the same images with another shape of equal size, such as [784] for [28, 28, 1]. */
    public ByteImages reshaped(Shape shape) {
        return new ByteImages(name, shape, pixels, labels, classNames);
    }
}

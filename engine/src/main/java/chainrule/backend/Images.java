package chainrule.backend;

import chainrule.backend.Memory.Buffer;

/**
 * A batch of images: [count, height, width, channels], row-major. As a matrix it has one row per pixel and one column
 * per channel.
 */
public record Images(Buffer buffer, int count, int height, int width, int channels) implements Matrix {
    /** @throws IllegalArgumentException unless the buffer has as many elements as the images */
    public Images {
        if (buffer.length() != Sizes.product("a batch of images", count, height, width, channels)) {
            throw new IllegalArgumentException(
                    buffer
                            + " does not hold images ["
                            + count
                            + " × "
                            + height
                            + " × "
                            + width
                            + " × "
                            + channels
                            + "]");
        }
    }

    @Override
    public int rows() {
        return count * height * width;
    }

    @Override
    public int cols() {
        return channels;
    }

    @Override
    public String toString() {
        return buffer + " as images [" + count + " × " + height + " × " + width + " × " + channels + "]";
    }
}

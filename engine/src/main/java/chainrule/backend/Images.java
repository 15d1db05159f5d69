package chainrule.backend;

import chainrule.backend.Memory.Buffer;

/**
 * A batch of images: [count, height, width, channels], row-major. As a matrix it has one row per pixel and one column
 * per channel.
 */
public final class Images extends Matrix {
    private final Buffer buffer;
    private final int count;
    private final int height;
    private final int width;

    /** @throws IllegalArgumentException unless the buffer has as many elements as the images */
    public Images(Buffer buffer, int count, int height, int width, int channels) {
        super(count * height * width, channels);
        this.buffer = buffer;
        this.count = count;
        this.height = height;
        this.width = width;
        if (buffer.length() != Sizes.product("a batch of images", count, height, width, channels)) {
            throw new IllegalArgumentException(buffer + " does not hold " + shape());
        }
    }

    @Override
    public Buffer buffer() {
        return buffer;
    }

    public int count() {
        return count;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    public int channels() {
        return cols();
    }

    private String shape() {
        return "images [" + count + " × " + height + " × " + width + " × " + channels() + "]";
    }

    @Override
    public String toString() {
        return buffer + " as " + shape();
    }
}

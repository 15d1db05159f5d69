package chainrule.backend;

/**
 * How a sliding window moves over a batch of images: shared by convolution and pooling.
 *
 * <p>Images are [height, width, channels], row-major. Output pixel (i, j) sees the input rows {@code i·strideHeight −
 * padTop … + kernelHeight − 1}; taps outside the image count as zero for convolution and are left out by pooling.
 *
 * @param rows the way down the image
 * @param columns the way across the image
 * @param channels of the input
 */
public record Window(Axis rows, Axis columns, int channels) {

    /**
     * A window that moves along one axis.
     *
     * @param size pixels of the input
     * @param kernel pixels of the window
     * @param stride pixels from one window to the next
     * @param padding empty pixels before the first one of the input
     * @param windows the number of windows, which is the size of the output
     */
    public record Axis(int size, int kernel, int stride, int padding, int windows) {
        /** The window stays inside the input: ⌊(size − kernel) / stride⌋ + 1 windows. */
        static Axis valid(int size, int kernel, int stride) {
            return new Axis(size, kernel, stride, 0, (size - kernel) / stride + 1);
        }

        /** Zero padding for ⌈size / stride⌉ windows; an odd pixel of padding goes to the end. */
        static Axis same(int size, int kernel, int stride) {
            int windows = Math.ceilDiv(size, stride);
            int padding = Math.max(0, (int) ((windows - 1L) * stride + kernel - size));
            return new Axis(size, kernel, stride, padding / 2, windows);
        }

        /** Taps of all windows that fall inside the input. */
        long tapsInside() {
            long taps = 0;
            for (int i = 0; i < windows; i++) {
                int from = i * stride - padding;
                taps += Math.max(0, Math.min(from + kernel, size) - Math.max(from, 0));
            }
            return taps;
        }
    }

    /** @throws IllegalArgumentException if an image, a window or the outputs have more elements than a buffer can hold */
    public Window {
        Sizes.product("an image", rows.size, columns.size, channels);
        Sizes.product("a window", rows.kernel, columns.kernel, channels);
        Sizes.product("an output image", rows.windows, columns.windows);
    }

    /** No padding: the window stays inside the image; out = ⌊(in − kernel) / stride⌋ + 1. */
    public static Window valid(int height, int width, int channels, int kh, int kw, int sh, int sw) {
        requirePositive(kh, kw, sh, sw);
        if (kh > height || kw > width) {
            throw new IllegalArgumentException(
                    "a "
                            + kh
                            + "×"
                            + kw
                            + " window does not fit into a "
                            + height
                            + "×"
                            + width
                            + " image; use padding 'same' or a smaller window");
        }
        return new Window(Axis.valid(height, kh, sh), Axis.valid(width, kw, sw), channels);
    }

    /** Zero padding so that out = ⌈in / stride⌉; an odd row or column of padding goes to the bottom or right. */
    public static Window same(int height, int width, int channels, int kh, int kw, int sh, int sw) {
        requirePositive(kh, kw, sh, sw);
        return new Window(Axis.same(height, kh, sh), Axis.same(width, kw, sw), channels);
    }

    private static void requirePositive(int kh, int kw, int sh, int sw) {
        if (kh < 1 || kw < 1 || sh < 1 || sw < 1) {
            throw new IllegalArgumentException(
                    "window " + kh + "×" + kw + " with stride " + sh + "×" + sw + ": all four must be at least 1");
        }
    }

    /** Input rows. */
    public int height() {
        return rows.size;
    }

    /** Input columns. */
    public int width() {
        return columns.size;
    }

    /** Window rows. */
    public int kernelHeight() {
        return rows.kernel;
    }

    /** Window columns. */
    public int kernelWidth() {
        return columns.kernel;
    }

    /** Rows from one window to the next. */
    public int strideHeight() {
        return rows.stride;
    }

    /** Columns from one window to the next. */
    public int strideWidth() {
        return columns.stride;
    }

    /** Empty rows above the image. */
    public int padTop() {
        return rows.padding;
    }

    /** Empty columns left of the image. */
    public int padLeft() {
        return columns.padding;
    }

    /** Output rows. */
    public int outHeight() {
        return rows.windows;
    }

    /** Output columns. */
    public int outWidth() {
        return columns.windows;
    }

    /** Input elements of one image. */
    public int inputSize() {
        return height() * width() * channels;
    }

    /** Output pixels of one image. */
    public int outputPixels() {
        return outHeight() * outWidth();
    }

    /** Output pixels of a batch. @throws IllegalArgumentException if they are more than a buffer can hold */
    public int outputPixels(int images) {
        return Sizes.product("the output of a batch", images, outHeight(), outWidth());
    }

    /** Elements of the im2col matrix of a batch. @throws IllegalArgumentException if a buffer cannot hold them */
    public int columnsSize(int images) {
        return Sizes.product("im2col", images, outHeight(), outWidth(), kernelHeight(), kernelWidth(), channels);
    }

    /** Taps of all windows of one image that fall inside it, in one channel. */
    public long tapsInside() {
        return rows.tapsInside() * columns.tapsInside();
    }

    /** Elements one window sees: the length of a row of the im2col matrix. */
    public int patchSize() {
        return kernelHeight() * kernelWidth() * channels;
    }
}

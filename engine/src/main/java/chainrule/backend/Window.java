package chainrule.backend;

/**
 * How a sliding window moves over a batch of images: shared by convolution and pooling.
 *
 * <p>Images are [height, width, channels], row-major. Output pixel (i, j) sees the input rows {@code i·strideHeight −
 * padTop … + kernelHeight − 1}; taps outside the image count as zero for convolution and are left out by pooling.
 *
 * @param height input rows
 * @param width input columns
 * @param channels input channels
 * @param kernelHeight window rows
 * @param kernelWidth window columns
 * @param strideHeight rows from one window to the next
 * @param strideWidth columns from one window to the next
 * @param padTop empty rows above the image
 * @param padLeft empty columns left of the image
 * @param outHeight output rows
 * @param outWidth output columns
 */
public record Window(
        int height,
        int width,
        int channels,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int padTop,
        int padLeft,
        int outHeight,
        int outWidth) {

    /** @throws IllegalArgumentException if an image, a window or the outputs have more elements than a buffer can hold */
    public Window {
        Sizes.product("an image", height, width, channels);
        Sizes.product("a window", kernelHeight, kernelWidth, channels);
        Sizes.product("an output image", outHeight, outWidth);
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
        return new Window(height, width, channels, kh, kw, sh, sw, 0, 0, (height - kh) / sh + 1, (width - kw) / sw + 1);
    }

    /** Zero padding so that out = ⌈in / stride⌉; an odd row or column of padding goes to the bottom or right. */
    public static Window same(int height, int width, int channels, int kh, int kw, int sh, int sw) {
        requirePositive(kh, kw, sh, sw);
        int outHeight = Math.ceilDiv(height, sh);
        int outWidth = Math.ceilDiv(width, sw);
        int padHeight = Math.max(0, (int) ((outHeight - 1L) * sh + kh - height));
        int padWidth = Math.max(0, (int) ((outWidth - 1L) * sw + kw - width));
        return new Window(height, width, channels, kh, kw, sh, sw, padHeight / 2, padWidth / 2, outHeight, outWidth);
    }

    private static void requirePositive(int kh, int kw, int sh, int sw) {
        if (kh < 1 || kw < 1 || sh < 1 || sw < 1) {
            throw new IllegalArgumentException(
                    "window " + kh + "×" + kw + " with stride " + sh + "×" + sw + ": all four must be at least 1");
        }
    }

    /** Input numbers of one image. */
    public int inputSize() {
        return height * width * channels;
    }

    /** Output pixels of one image. */
    public int outputPixels() {
        return outHeight * outWidth;
    }

    /** Output pixels of a batch. @throws IllegalArgumentException if they are more than a buffer can hold */
    public int outputPixels(int images) {
        return Sizes.product("the output of a batch", images, outHeight, outWidth);
    }

    /** Elements of the im2col matrix of a batch. @throws IllegalArgumentException if a buffer cannot hold them */
    public int columnsSize(int images) {
        return Sizes.product("im2col", images, outHeight, outWidth, kernelHeight, kernelWidth, channels);
    }

    /** Numbers one window sees: the length of a row of the im2col matrix. */
    public int patchSize() {
        return kernelHeight * kernelWidth * channels;
    }
}

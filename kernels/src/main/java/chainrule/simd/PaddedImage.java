package chainrule.simd;

import chainrule.backend.Window;

import java.util.Arrays;

/** One image copied into a border of zeros, so that a convolution's loops need no checks for edges. */
final class PaddedImage {
    private PaddedImage() {}

    /** Pixels in a row of the padded image: the pixels that the windows of one row of the output cover. */
    static int width(Window w) {
        return (w.outWidth() - 1) * w.strideWidth() + w.kernelWidth();
    }

    static int height(Window w) {
        return (w.outHeight() - 1) * w.strideHeight() + w.kernelHeight();
    }

    /** Elements of the padded image, with room after it for tiles of eight pixels that begin on its last one. */
    static int size(Window w) {
        int overhang = Lanes.ROWS * w.strideWidth() * w.channels() + Lanes.PADDING;
        return height(w) * width(w) * w.channels() + overhang;
    }

    /** Copies an image of x into {@code padded}. */
    static void copy(Window w, float[] x, int image, float[] padded) {
        int row = width(w) * w.channels();
        int left = w.padLeft() * w.channels();
        int inside = Math.min(w.width() * w.channels(), row - left);
        for (int i = 0; i < height(w); i++) {
            int source = i - w.padTop();
            int to = i * row;
            if (source < 0 || source >= w.height()) {
                Arrays.fill(padded, to, to + row, 0);
            } else {
                Arrays.fill(padded, to, to + left, 0);
                int from = (image * w.height() + source) * w.width() * w.channels();
                System.arraycopy(x, from, padded, to + left, inside);
                Arrays.fill(padded, to + left + inside, to + row, 0);
            }
        }
    }
}

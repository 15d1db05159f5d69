package chainrule.backend;

import org.instancio.Random;
import org.instancio.junit.GivenProvider;

/**
 * Generates the sizes of a contract test. They are of the kinds that tend to break kernels: 1, odd sizes, sizes next to a
 * multiple of a vector's lanes and, now and then, one large enough that threads share the work.
 *
 * <p>Each case carries the seed it was generated from, which also determines the values of its operands. A failed comparison
 * prints the case with its seed: put {@code @Seed(…)} of that number on the test to run it again.
 */
final class Cases implements GivenProvider {

    /** A generated case; {@code seed} determines the values of its operands. */
    sealed interface Case {
        long seed();
    }

    /** A number of elements. */
    record Row(int length, long seed) implements Case {}

    /** A matrix: a batch of rows. */
    record Rows(int rows, int cols, long seed) implements Case {}

    /** A matrix product. */
    record Product(int m, int n, int k, boolean transposeA, boolean transposeB, boolean accumulate, long seed)
            implements Case {}

    /** Windows over a batch of images. */
    record Windows(Window window, int images, int filters, long seed) implements Case {
        /** The shape of the images. */
        int[] input() {
            return new int[] {images, window.height(), window.width(), window.channels()};
        }

        /** The number of rows of the images as a matrix. */
        int inputPixels() {
            return images * window.height() * window.width();
        }

        /** The shape after pooling. */
        int[] pooled() {
            return output(window.channels());
        }

        /** The shape after convolution. */
        int[] filtered() {
            return output(filters);
        }

        private int[] output(int channels) {
            return new int[] {images, window.outHeight(), window.outWidth(), channels};
        }

        /** The number of output pixels, which are the rows of the im2col matrix. */
        int pixels() {
            return images * window.outputPixels();
        }

        /** The number of taps of a window, which is also the most windows that can overlap on one input pixel. */
        int taps() {
            return window.kernelHeight() * window.kernelWidth();
        }
    }

    @Override
    public Object provide(ElementContext context) {
        Random random = context.random();
        long seed = random.getSeed();
        Class<?> wanted = context.getTargetClass();
        if (wanted == Row.class) {
            return new Row(oneIn(6, random) ? random.intRange(33_000, 70_000) : random.intRange(1, 300), seed);
        }
        if (wanted == Rows.class) {
            return oneIn(6, random)
                    ? new Rows(random.intRange(300, 600), random.intRange(110, 150), seed)
                    : new Rows(size(random), size(random), seed);
        }
        if (wanted == Product.class) {
            return new Product(
                    size(random),
                    size(random),
                    size(random),
                    random.trueOrFalse(),
                    random.trueOrFalse(),
                    random.trueOrFalse(),
                    seed);
        }
        if (wanted == Windows.class) {
            return new Windows(window(random), random.intRange(1, 5), random.oneOf(1, 3, 8, 17), seed);
        }
        throw new IllegalArgumentException("no generator for " + wanted);
    }

    private static int size(Random random) {
        return switch (random.intRange(0, 9)) {
            case 0 -> 1;
            case 1 -> random.oneOf(7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65);
            case 2 -> random.intRange(127, 133);
            default -> random.intRange(1, 70);
        };
    }

    private static Window window(Random random) {
        int height = random.intRange(1, 12);
        int width = random.intRange(1, 12);
        int channels = random.oneOf(1, 2, 3, 8, 17, 32, 33);
        int strideHeight = random.intRange(1, 4);
        int strideWidth = random.intRange(1, 4);
        if (random.trueOrFalse()) { // here the window may be larger than the image
            int kernelHeight = random.intRange(1, 7);
            int kernelWidth = random.intRange(1, 7);
            return Window.same(height, width, channels, kernelHeight, kernelWidth, strideHeight, strideWidth);
        }
        int kernelHeight = random.intRange(1, Math.min(height, 5));
        int kernelWidth = random.intRange(1, Math.min(width, 5));
        return Window.valid(height, width, channels, kernelHeight, kernelWidth, strideHeight, strideWidth);
    }

    private static boolean oneIn(int n, Random random) {
        return random.intRange(1, n) == 1;
    }
}

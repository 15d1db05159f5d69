package chainrule.backend;

import org.instancio.Random;
import org.instancio.junit.GivenProvider;

/**
 * Generates the sizes of a contract test, as many kinds as tend to break kernels: 1, odd sizes, sizes just beside a
 * multiple of a vector's lanes, and now and then one large enough that threads share the work.
 *
 * <p>Each case carries the seed it was generated from, which also fixes the numbers in its operands. A failed comparison
 * prints the case with its seed: put {@code @Seed(…)} of that number on the test to run it again.
 */
final class Cases implements GivenProvider {

    /** A generated case; {@code seed} fixes the numbers in its operands. */
    sealed interface Case {
        long seed();
    }

    /** So many numbers. */
    record Vector(int length, long seed) implements Case {}

    /** A matrix, or a batch of rows. */
    record Matrix(int rows, int cols, long seed) implements Case {
        int size() {
            return rows * cols;
        }
    }

    /** A matrix product. */
    record Product(int m, int n, int k, boolean transposeA, boolean transposeB, boolean accumulate, long seed)
            implements Case {}

    /** Windows over a batch of images. */
    record Images(Window window, int images, int filters, long seed) implements Case {
        int inputSize() {
            return images * window.inputSize();
        }

        /** Numbers after pooling. */
        int pooledSize() {
            return pixels() * window.channels();
        }

        /** Output pixels, which are the rows of the im2col matrix. */
        int pixels() {
            return images * window.outputPixels();
        }

        int columnsSize() {
            return pixels() * window.patchSize();
        }
    }

    @Override
    public Object provide(ElementContext context) {
        Random random = context.random();
        long seed = random.getSeed();
        Class<?> wanted = context.getTargetClass();
        if (wanted == Vector.class) {
            return new Vector(oneIn(6, random) ? random.intRange(33_000, 70_000) : random.intRange(1, 300), seed);
        }
        if (wanted == Matrix.class) {
            return oneIn(6, random)
                    ? new Matrix(random.intRange(300, 600), random.intRange(110, 150), seed)
                    : new Matrix(size(random), size(random), seed);
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
        if (wanted == Images.class) {
            return new Images(window(random), random.intRange(1, 5), random.oneOf(1, 3, 8, 17), seed);
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

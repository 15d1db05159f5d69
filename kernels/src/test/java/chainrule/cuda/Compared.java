package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Images;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Scope;
import chainrule.backend.reference.ReferenceBackend;

import java.util.SplittableRandom;

/** The same work on the reference backend and on another, with the same random operands. */
final class Compared {
    private Compared() {}

    /** Makes operands on the backend and returns the result. */
    @FunctionalInterface
    interface Work<B extends Backend> {
        Matrix run(B backend);
    }

    /** Elements in [−1, 1] that depend on the seed alone, rounded to float. */
    static Buffer random(Backend backend, long seed, int length) {
        double[] elements = new SplittableRandom(seed).doubles(length, -1, 1).map(x -> (float) x).toArray();
        Buffer buffer = backend.allocate(length, "random");
        backend.upload(elements, buffer);
        return buffer;
    }

    /** A matrix of such elements. */
    static Matrix random(Backend backend, long seed, int rows, int cols) {
        return Matrix.of(random(backend, seed, rows * cols), rows, cols);
    }

    /** Images of such elements. */
    static Images random(Backend backend, long seed, int count, int height, int width, int channels) {
        return new Images(random(backend, seed, count * height * width * channels), count, height, width, channels);
    }

    /** A matrix for a result. */
    static Matrix result(Backend backend, int rows, int cols) {
        return Matrix.of(backend.allocate(rows * cols, "result"), rows, cols);
    }

    /** Fails unless every element of the result is within {@code bound} of the reference's. */
    static void compare(CudaBackend cuda, double bound, Work<Backend> expected, Work<CudaBackend> actual) {
        double[] want;
        try (ReferenceBackend reference = new ReferenceBackend();
                Scope _ = reference.openScope("reference")) {
            want = reference.download(expected.run(reference));
        }
        try (Scope _ = cuda.openScope("cuda")) {
            double[] got = cuda.download(actual.run(cuda));
            assertThat(got).hasSameSizeAs(want);
            for (int i = 0; i < want.length; i++) {
                assertThat(got[i]).as("element %d of %d", i, want.length).isCloseTo(want[i], within(bound));
            }
        }
    }
}

package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Scope;
import chainrule.backend.reference.ReferenceBackend;

import java.util.SplittableRandom;

/** The same work on the reference backend and on another, from the same random numbers. */
final class Compared {
    private Compared() {}

    /** Makes operands of the backend and returns the result. */
    @FunctionalInterface
    interface Work<B extends Backend> {
        Buffer run(B k);
    }

    /** Numbers in [−1, 1] that depend on the seed alone, rounded to float. */
    static Buffer random(Backend k, long seed, int length) {
        double[] numbers = new SplittableRandom(seed).doubles(length, -1, 1).map(x -> (float) x).toArray();
        Buffer buffer = k.allocate(length, "random");
        k.upload(numbers, buffer);
        return buffer;
    }

    /** Fails unless every number of the result is within {@code bound} of the reference's. */
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
                assertThat(got[i]).as("number %d of %d", i, want.length).isCloseTo(want[i], within(bound));
            }
        }
    }
}

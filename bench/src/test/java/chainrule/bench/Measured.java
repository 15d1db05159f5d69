package chainrule.bench;

import chainrule.bench.path.Work;

import java.util.Arrays;
import java.util.List;

/** Made-up measurements. */
final class Measured {
    private Measured() {}

    /** A product of 1000 operations on simd with two threads, in one fork. */
    static Measurement product(String shape, double... nanos) {
        return of("gemm", shape, "simd", 2, Work.flop(1000), nanos);
    }

    /** In one fork. */
    static Measurement of(String family, String shape, String backend, int threads, Work work, double... nanos) {
        return forks(family, shape, backend, threads, work, nanos);
    }

    static Measurement forks(String family, String shape, String backend, int threads, Work work, double[]... nanos) {
        List<List<Double>> all = Arrays.stream(nanos).map(fork -> Arrays.stream(fork).boxed().toList()).toList();
        return new Measurement(family, "forward", shape, backend, threads, work, all);
    }
}

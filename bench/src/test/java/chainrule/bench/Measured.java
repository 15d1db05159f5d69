package chainrule.bench;

import chainrule.bench.path.Work;

import java.util.Arrays;
import java.util.List;

/** Made-up measurements. */
final class Measured {
    private Measured() {}

    /** A product of 1000 operations on simd with two threads. */
    static Measurement product(String shape, double... nanos) {
        return of("gemm", shape, "simd", 2, Work.Unit.FLOP, 1000, nanos);
    }

    static Measurement of(
            String family, String shape, String backend, int threads, Work.Unit unit, double amount, double... nanos) {
        List<Double> all = Arrays.stream(nanos).boxed().toList();
        return new Measurement(family, "forward", shape, backend, threads, unit, amount, all);
    }
}

package chainrule.bench.path;

import chainrule.backend.Backend;
import chainrule.backend.check.PrimitiveCase;
import chainrule.backend.check.PrimitiveCases;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The peaks of a device, measured through its backend: products of square matrices for multiply-adds, and four primitives over
 * arrays of growing size for bandwidth. Sizes double until a call takes so long that its launch is a small part.
 */
final class DevicePeak {
    private static final int SMALLEST_MATRIX = 64;
    private static final int LARGEST_MATRIX = 8192;
    private static final int SMALLEST_ARRAY = 1 << 14;
    private static final int LARGEST_ARRAY = 1 << 28;
    private static final double LONG_NANOS = 4e6;

    private DevicePeak() {}

    /** All peaks. @param samples the number of samples of each */
    static List<Peak> measure(Backend backend, int samples) {
        List<Peak> peaks = new ArrayList<>();
        for (int n = SMALLEST_MATRIX; n <= LARGEST_MATRIX; n *= 2) {
            PrimitiveCase product = find(PrimitiveCases.matrices(n, n, n), "matmul", "A·B");
            double[] nanos = samples(backend, product, samples);
            peaks.add(new Peak(null, Work.of(product), boxed(nanos)));
            if (nanos[0] > LONG_NANOS) {
                break;
            }
        }
        for (Traffic kind : List.of(Traffic.WRITE, Traffic.COPY, Traffic.TRIAD, Traffic.IN_PLACE)) {
            for (int n = SMALLEST_ARRAY; n <= LARGEST_ARRAY; n *= 2) {
                PrimitiveCase pass = pass(kind, n);
                double[] nanos = samples(backend, pass, samples);
                peaks.add(new Peak(kind, kind.work((double) Float.BYTES * n), boxed(nanos)));
                if (nanos[0] > LONG_NANOS) {
                    break;
                }
            }
        }
        return peaks;
    }

    private static PrimitiveCase pass(Traffic kind, int n) {
        List<PrimitiveCase> all = PrimitiveCases.elementwise(n);
        return switch (kind) {
            case WRITE -> find(all, "fill", "");
            case COPY -> find(all, "copy", "");
            case TRIAD -> find(all, "add", "");
            case IN_PLACE -> find(all, "clamp", "");
            case READ -> throw new IllegalArgumentException("no primitive only reads");
        };
    }

    private static PrimitiveCase find(List<PrimitiveCase> cases, String primitive, String variant) {
        return cases.stream()
                .filter(c -> c.primitive().equals(primitive) && c.variant().equals(variant))
                .findFirst()
                .orElseThrow();
    }

    /** Nanoseconds of a call, for each sample: several calls are queued before the device is waited for. */
    private static double[] samples(Backend backend, PrimitiveCase c, int count) {
        try (var _ = backend.openScope("peak")) {
            PrimitiveCase.Arguments arguments = c.on(backend, false);
            sample(backend, arguments, 1); // loads the kernel
            int calls = (int) Math.clamp(LONG_NANOS / sample(backend, arguments, 1), 1, 16);
            return DoubleStream.generate(() -> sample(backend, arguments, calls)).limit(count).toArray();
        }
    }

    private static double sample(Backend backend, PrimitiveCase.Arguments arguments, int calls) {
        backend.synchronize();
        long start = System.nanoTime();
        IntStream.range(0, calls).forEach(_ -> arguments.call());
        backend.synchronize();
        return (double) (System.nanoTime() - start) / calls;
    }

    private static List<Double> boxed(double[] values) {
        return DoubleStream.of(values).boxed().toList();
    }
}

package chainrule.bench.path;

import chainrule.backend.Backend;
import chainrule.backend.check.ObservedBackend;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Where a step goes: the time of its primitives, and of the host between them. */
public final class StepParts {
    /** What a step consists of, in the order in which tables show it. */
    public enum Part {
        /** Between primitives: tape, shapes, buffers. */
        HOST,
        /** Copies the batch to the backend's memory. */
        UPLOAD,
        /** Queues primitives for a GPU, which works on them later. */
        LAUNCH,
        /** Products of matrices and convolutions. */
        PRODUCTS,
        /** Functions of single numbers, dropout masks, sums of equal shapes. */
        ELEMENTWISE,
        /** Pooling, normalization, sums over rows and columns, losses. */
        OTHERS,
        /** Updates of the weights. */
        UPDATES,
        /** Results on their way to the host; on a GPU, until all that was queued before is done. */
        WAITING;

        /** "host". */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The part that a primitive belongs to. @param queued true if primitives only start work, as on a GPU */
        static Part of(String primitive, boolean queued) {
            return switch (primitive) {
                case "upload", "wrap" -> UPLOAD;
                case "download", "scalars", "statistics" -> WAITING;
                default -> queued ? LAUNCH : work(primitive);
            };
        }

        private static Part work(String primitive) {
            return switch (primitive) {
                case "matmul", "affine", "convolution", "convolutionInputGradient", "convolutionWeightGradient" ->
                        PRODUCTS;
                case "add", "axpy", "clamp", "copy", "fill", "map", "mapGradient", "multiply", "scale", "dropoutMask" ->
                        ELEMENTWISE;
                case "adam", "sgd" -> UPDATES;
                default -> OTHERS;
            };
        }
    }

    /** The calls of one primitive and the nanoseconds that they took. */
    public static final class Sum {
        private long calls;
        private long nanos;

        /** The number of calls. */
        public long calls() {
            return calls;
        }

        /** Nanoseconds of all calls, including those for reading the clock. */
        public long nanos() {
            return nanos;
        }
    }

    private StepParts() {}

    /**
     * A backend that sums the time of each primitive.
     *
     * @param label names what is summed, from a primitive's name and arguments
     * @param sums by that name
     */
    public static Backend timed(Backend backend, LongSupplier clock, Label label, Map<String, Sum> sums) {
        return timed(backend, clock, label, sums, false);
    }

    private static Backend timed(
            Backend backend, LongSupplier clock, Label label, Map<String, Sum> sums, boolean synchronizes) {
        return new ObservedBackend(
                backend,
                (primitive, arguments, run) -> {
                    long start = clock.getAsLong();
                    run.run();
                    if (synchronizes) {
                        backend.synchronize();
                    }
                    Sum sum = sums.computeIfAbsent(label.of(primitive, arguments), _ -> new Sum());
                    sum.nanos += clock.getAsLong() - start;
                    sum.calls++;
                });
    }

    /** The name under which a call is summed. */
    @FunctionalInterface
    public interface Label {
        /** The name of a call of the primitive with these arguments. */
        String of(String primitive, Object[] arguments);
    }

    /**
     * Runs steps for about the given time, after half that time to warm up.
     *
     * @param step builds a step on the observed backend
     * @param queued true if primitives only start work, as on a GPU
     * @param alone true to wait for each primitive before the next: then its time is that of its work on a GPU too, but
     *     nothing overlaps
     * @return seconds of a step by {@link Part#label}, parts that do not occur left out
     */
    public static SequencedMap<String, Double> measure(
            Backend backend, Function<Backend, Runnable> step, double seconds, boolean queued, boolean alone) {
        Map<String, Sum> sums = new HashMap<>();
        Runnable observed = step.apply(timed(backend, System::nanoTime, (name, _) -> name, sums, alone));
        run(backend, observed, seconds / 2);
        sums.clear();
        long start = System.nanoTime();
        int steps = run(backend, observed, seconds);
        double rest = System.nanoTime() - start;
        Map<Part, Double> parts = new EnumMap<>(Part.class);
        for (Map.Entry<String, Sum> primitive : sums.entrySet()) {
            parts.merge(
                    Part.of(primitive.getKey(), queued && !alone), (double) primitive.getValue().nanos, Double::sum);
            rest -= primitive.getValue().nanos;
        }
        parts.put(Part.HOST, rest);
        SequencedMap<String, Double> labeled = new LinkedHashMap<>();
        parts.forEach((part, nanos) -> labeled.put(part.label(), 1e-9 * nanos / steps));
        return labeled;
    }

    private static int run(Backend backend, Runnable step, double seconds) {
        long end = System.nanoTime() + (long) (1e9 * seconds);
        int steps = 0;
        do {
            step.run();
            backend.synchronize();
            steps++;
        } while (System.nanoTime() < end);
        return steps;
    }
}

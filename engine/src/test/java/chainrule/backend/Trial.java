package chainrule.backend;

import static org.assertj.core.api.Assertions.fail;

import chainrule.backend.reference.ReferenceBackend;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Runs a primitive on the reference backend and on the backend under test with 1, 2, 3 and 7 threads, from the same values,
 * and compares: the results with the reference within a {@link Tolerance}, and among the thread counts bit for bit. It
 * remembers which methods were called.
 */
final class Trial {
    private static final int[] THREADS = {1, 2, 3, 7};

    private final IntFunction<Backend> create;
    private final Consumer<Backend> release;
    private final Set<String> called = new HashSet<>();

    /** A call of a primitive, which makes its own operands. */
    @FunctionalInterface
    interface Primitive {
        void run(Backend backend, Operands o);
    }

    Trial(IntFunction<Backend> create, Consumer<Backend> release) {
        this.create = create;
        this.release = release;
    }

    Set<String> called() {
        return called;
    }

    /** Runs {@code work} on the backend under test, once for each number of threads, inside a scope. */
    void each(Consumer<Backend> work) {
        for (int threads : THREADS) {
            Backend backend = create.apply(threads);
            try (Scope _ = backend.openScope("test")) {
                work.accept(new RecordingBackend(backend, called));
            }
            release.accept(backend);
        }
    }

    /** Runs {@code work} on one backend under test. */
    void once(Consumer<Backend> work) {
        Backend backend = create.apply(THREADS[1]);
        work.accept(new RecordingBackend(backend, called));
        release.accept(backend);
    }

    void compare(String label, long seed, Tolerance tolerance, Primitive primitive) {
        Map<String, double[]> expected = reference(backend -> run(backend, seed, false, primitive));
        Map<String, double[]> magnitude =
                tolerance.measured() ? reference(backend -> run(backend, seed, true, primitive)) : null;
        forAllThreads(
                label,
                backend -> run(backend, seed, false, primitive),
                (backend, actual) -> compareValues(label, backend, tolerance, expected, magnitude, actual));
    }

    /** Compares results with the reference: each may differ by a number of roundings of its largest element. */
    void compare(String label, double roundings, Function<Backend, Map<String, double[]>> work) {
        Map<String, double[]> expected = reference(work);
        forAllThreads(
                label,
                work,
                (backend, actual) ->
                        expected.forEach(
                                (name, want) -> {
                                    double largest = Arrays.stream(want).map(Math::abs).max().orElseThrow();
                                    Tolerance tolerance = Tolerance.roundings(roundings, largest);
                                    Map<String, double[]> one = Map.of(name, want);
                                    compareValues(label, backend, tolerance, one, null, actual);
                                }));
    }

    /** Compares the results for 1 thread with the reference, and those for more threads with them. */
    private void forAllThreads(String label, Function<Backend, Map<String, double[]>> work, Comparison comparison) {
        AtomicReference<Map<String, double[]>> first = new AtomicReference<>();
        each(
                backend -> {
                    Map<String, double[]> actual = work.apply(backend);
                    if (first.compareAndSet(null, actual)) {
                        comparison.compare(backend, actual);
                    }
                    compareBits(label, backend, first.get(), actual);
                });
    }

    @FunctionalInterface
    private interface Comparison {
        void compare(Backend backend, Map<String, double[]> actual);
    }

    private static Map<String, double[]> run(Backend backend, long seed, boolean absolute, Primitive primitive) {
        Operands operands = new Operands(backend, seed, absolute);
        primitive.run(backend, operands);
        return operands.results();
    }

    private static Map<String, double[]> reference(Function<Backend, Map<String, double[]>> work) {
        try (ReferenceBackend reference = new ReferenceBackend();
                Scope _ = reference.openScope("reference")) {
            return work.apply(reference);
        }
    }

    private static void compareValues(
            String label,
            Backend backend,
            Tolerance tolerance,
            Map<String, double[]> expected,
            Map<String, double[]> magnitude,
            Map<String, double[]> actual) {
        expected.forEach(
                (name, want) -> {
                    double[] got = actual.get(name);
                    for (int i = 0; i < want.length; i++) {
                        double scale = magnitude == null ? tolerance.scale() : magnitude.get(name)[i];
                        double bound = tolerance.roundings() * backend.unitRoundoff() * scale;
                        // subnormal floats have fewer bits; where nothing may be lost, even those must agree
                        bound += tolerance.roundings() == 0 ? 0 : Float.MIN_NORMAL;
                        if (Double.compare(got[i], want[i]) != 0 && !(Math.abs(got[i] - want[i]) <= bound)) {
                            fail(
                                    "%s[%d] is %s, expected %s ± %.2g (%s, %s) for %s",
                                    name, i, got[i], want[i], bound, backend.name(), backend.description(), label);
                        }
                    }
                });
    }

    private static void compareBits(
            String label, Backend backend, Map<String, double[]> first, Map<String, double[]> again) {
        first.forEach(
                (name, values) -> {
                    int i = Arrays.mismatch(again.get(name), values); // NaN equals NaN, −0 is not 0
                    if (i >= 0) {
                        fail(
                                "%s[%d] is %s, but %s with 1 thread (%s, %s) for %s",
                                name, i, again.get(name)[i], values[i], backend.name(), backend.description(), label);
                    }
                });
    }
}

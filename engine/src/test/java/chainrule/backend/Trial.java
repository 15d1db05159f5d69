package chainrule.backend;

import static org.assertj.core.api.Assertions.fail;

import chainrule.backend.reference.ReferenceBackend;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Runs a primitive on the reference backend and on the backend under test with 1, 2, 3 and 7 threads, from the same
 * numbers, and compares: the results with the reference within a {@link Tolerance}, and among the thread counts to the
 * bit. Remembers which methods were called.
 */
final class Trial {
    private static final int[] THREADS = {1, 2, 3, 7};

    private final IntFunction<Backend> create;
    private final Consumer<Backend> release;
    private final Set<String> called = new HashSet<>();

    /** A call of a primitive, with the operands it makes for itself. */
    @FunctionalInterface
    interface Primitive {
        void run(Backend k, Operands o);
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
                work.accept(recording(backend));
            }
            release.accept(backend);
        }
    }

    /** Runs {@code work} on one backend under test. */
    void once(Consumer<Backend> work) {
        Backend backend = create.apply(THREADS[1]);
        work.accept(recording(backend));
        release.accept(backend);
    }

    void compare(String label, long seed, Tolerance tolerance, Primitive primitive) {
        Map<String, double[]> expected = reference(seed, false, primitive);
        Map<String, double[]> magnitude = tolerance.measured() ? reference(seed, true, primitive) : null;
        Map<String, double[]>[] first = newArray();
        each(
                k -> {
                    Operands operands = new Operands(k, seed, false);
                    primitive.run(k, operands);
                    Map<String, double[]> actual = operands.results();
                    if (first[0] == null) {
                        compareValues(label, k, tolerance, expected, magnitude, actual);
                        first[0] = actual;
                    }
                    compareBits(label, k, first[0], actual);
                });
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Map<String, double[]>[] newArray() {
        return new Map[1];
    }

    private static Map<String, double[]> reference(long seed, boolean absolute, Primitive primitive) {
        try (ReferenceBackend reference = new ReferenceBackend();
                Scope _ = reference.openScope("reference")) {
            Operands operands = new Operands(reference, seed, absolute);
            primitive.run(reference, operands);
            return operands.results();
        }
    }

    private static void compareValues(
            String label,
            Backend k,
            Tolerance tolerance,
            Map<String, double[]> expected,
            Map<String, double[]> magnitude,
            Map<String, double[]> actual) {
        expected.forEach(
                (name, want) -> {
                    double[] got = actual.get(name);
                    for (int i = 0; i < want.length; i++) {
                        double scale = magnitude == null ? tolerance.scale() : magnitude.get(name)[i];
                        double bound = tolerance.roundings() * k.unitRoundoff() * scale;
                        // subnormal floats have fewer bits; where nothing may be lost, even those must agree
                        bound += tolerance.roundings() == 0 ? 0 : Float.MIN_NORMAL;
                        if (Double.compare(got[i], want[i]) != 0 && !(Math.abs(got[i] - want[i]) <= bound)) {
                            fail(
                                    "%s[%d] is %s, expected %s ± %.2g (%s, %s) for %s",
                                    name, i, got[i], want[i], bound, k.name(), k.description(), label);
                        }
                    }
                });
    }

    private static void compareBits(String label, Backend k, Map<String, double[]> first, Map<String, double[]> again) {
        first.forEach(
                (name, values) -> {
                    int i = Arrays.mismatch(again.get(name), values); // NaN equals NaN, −0 is not 0
                    if (i >= 0) {
                        fail(
                                "%s[%d] is %s, but %s with 1 thread (%s, %s) for %s",
                                name, i, again.get(name)[i], values[i], k.name(), k.description(), label);
                    }
                });
    }

    /** The backend, noting the name of every method called on it. */
    private Backend recording(Backend backend) {
        return (Backend)
                Proxy.newProxyInstance(
                        Backend.class.getClassLoader(),
                        new Class<?>[] {Backend.class},
                        (_, method, arguments) -> {
                            called.add(method.getName());
                            try {
                                return method.invoke(backend, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}

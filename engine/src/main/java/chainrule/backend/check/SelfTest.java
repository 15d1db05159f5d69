package chainrule.backend.check;

import chainrule.backend.Backend;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Scope;
import chainrule.backend.Statistics;
import chainrule.backend.reference.ReferenceBackend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Every primitive of {@link Backend} on small operands, a backend against the reference: a first look at a machine that the
 * contract tests have not seen.
 */
public final class SelfTest {
    /** Errors of a correct float32 backend stay below this, relative to the largest element of the result. */
    private static final double BOUND = 2e-5;

    private static final int N = 1003;

    private SelfTest() {}

    /**
     * The outcome for one primitive.
     *
     * @param primitive its name in {@link Backend}
     * @param shape the operands and options
     * @param error the largest difference from the reference, relative to the largest element of the result
     * @param failure the message of what was thrown, or null
     */
    public record Result(String primitive, String shape, double error, String failure) {
        /** True if the backend can be trusted with this primitive. */
        public boolean passed() {
            return failure == null && error <= BOUND;
        }
    }

    /** One comparison: runs on a backend and returns the results by name. */
    private record Check(String primitive, String shape, Function<Backend, Map<String, double[]>> run) {}

    /** Runs all checks. If one primitive fails, the others run nevertheless. */
    public static List<Result> run(Backend backend) {
        try (ReferenceBackend reference = new ReferenceBackend()) {
            return checks().map(check -> compare(check, reference, backend)).toList();
        }
    }

    /**
     * Runs some of the checks. After a failure the others run on a new backend, because a device that has failed refuses
     * everything from then on.
     *
     * @param open opens the backend; this method closes what it opens
     * @param wanted selects primitives by name
     */
    public static List<Result> run(Supplier<Backend> open, Predicate<String> wanted) {
        List<Result> results = new ArrayList<>();
        Backend backend = open.get();
        try (ReferenceBackend reference = new ReferenceBackend()) {
            for (Check check : checks().filter(c -> wanted.test(c.primitive())).toList()) {
                Result result = compare(check, reference, backend);
                results.add(result);
                if (result.failure() != null) {
                    abandon(backend);
                    backend = open.get();
                }
            }
        } finally {
            backend.close();
        }
        return results;
    }

    private static void abandon(Backend backend) {
        try {
            backend.close();
        } catch (RuntimeException _) {
            // Already failed; ignore errors during cleanup.
        }
    }

    private static Stream<Check> checks() {
        List<Check> checks = new ArrayList<>(transfers());
        for (PrimitiveCase c : PrimitiveCases.all()) {
            String shape = c.variant().isEmpty() ? c.shapes() : c.variant() + ", " + c.shapes();
            checks.add(new Check(c.primitive(), shape, backend -> results(c, backend, true)));
            if (c.accumulates()) {
                checks.add(new Check(c.primitive(), shape + ", overwriting", backend -> results(c, backend, false)));
            }
        }
        return checks.stream();
    }

    private static Map<String, double[]> results(PrimitiveCase c, Backend backend, boolean accumulate) {
        PrimitiveCase.Arguments on = c.on(backend, accumulate);
        on.call();
        return on.results();
    }

    /** What moves elements between host and device has host arrays as operands, and is not in the catalogue. */
    private static List<Check> transfers() {
        double[] x = new SplittableRandom(1).doubles(N, -1, 1).map(v -> (float) v).toArray();
        return List.of(
                new Check("upload", "x [1 × " + N + "]", b -> Map.of("x", b.download(uploaded(b, x)))),
                new Check(
                        "wrap",
                        "x [1 × 3]",
                        b -> Map.of("x", b.download(b.wrap(new float[] {0.5f, -2, 3}, 3, "wrapped")))),
                new Check(
                        "scalars",
                        "x [1 × " + N + "], y [1 × 1]",
                        b -> Map.of("first", b.scalars(uploaded(b, x), uploaded(b, 3)))),
                new Check("statistics", "x [1 × " + N + "]", b -> Map.of("sums", sums(b.statistics(uploaded(b, x))))));
    }

    private static Buffer uploaded(Backend backend, double... values) {
        Buffer buffer = backend.allocate(values.length, "x");
        backend.upload(values, buffer);
        return buffer;
    }

    private static double[] sums(Statistics s) {
        return new double[] {s.sum(), s.sumAbs(), s.sumSquares(), s.min(), s.max(), s.zeros(), s.nonFinite()};
    }

    private static Result compare(Check check, Backend reference, Backend backend) {
        try {
            Map<String, double[]> expected = run(check, reference);
            Map<String, double[]> actual = run(check, backend);
            double error = 0;
            for (Map.Entry<String, double[]> e : expected.entrySet()) {
                error = Math.max(error, error(e.getValue(), actual.get(e.getKey())));
            }
            return new Result(check.primitive(), check.shape(), error, null);
        } catch (RuntimeException e) {
            return new Result(check.primitive(), check.shape(), Double.NaN, e.getMessage());
        }
    }

    private static Map<String, double[]> run(Check check, Backend backend) {
        try (Scope _ = backend.openScope("self-test")) {
            return check.run().apply(backend);
        }
    }

    /** NaN anywhere makes it infinite: no check has one as its result. */
    private static double error(double[] expected, double[] actual) {
        double largest = Double.MIN_NORMAL;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double d = Math.abs(expected[i] - actual[i]);
            difference = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(difference, d);
        }
        return difference / largest;
    }
}

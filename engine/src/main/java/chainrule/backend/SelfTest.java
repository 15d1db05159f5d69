package chainrule.backend;

import chainrule.backend.reference.ReferenceBackend;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Every primitive of {@link Backend} on small shapes, a backend against the reference: a first look at a machine that the
 * contract tests have not seen. Most sizes are odd, so that no tile or vector fits them.
 */
public final class SelfTest {
    /** Errors of a right float32 backend stay below this, relative to the largest number of the result. */
    private static final double BOUND = 2e-5;

    private SelfTest() {}

    /**
     * How one primitive did.
     *
     * @param primitive its name in {@link Backend}
     * @param shape what it worked on
     * @param error the largest difference from the reference, relative to the largest number of the result
     * @param failure what was thrown, or null
     */
    public record Result(String primitive, String shape, double error, String failure) {
        /** Whether the backend can be trusted with this primitive. */
        public boolean passed() {
            return failure == null && error <= BOUND;
        }
    }

    /** A call of a primitive, with the buffers it takes from the deal. */
    @FunctionalInterface
    interface Work {
        void run(Backend k, Deal deal);
    }

    record Case(String primitive, String shape, Work work) {}

    /** Buffers with random numbers that depend on their names alone, so that they are the same on every backend. */
    static final class Deal {
        private final Backend k;
        private final Map<String, Buffer> results = new LinkedHashMap<>();
        private boolean accumulate = true;

        Deal(Backend k) {
            this.k = k;
        }

        /** An operand: uniform in [−1, 1]. */
        Buffer in(String name, int length) {
            return in(name, length, DoubleUnaryOperator.identity());
        }

        /** An operand, changed from [−1, 1] to what the primitive expects. */
        Buffer in(String name, int length, DoubleUnaryOperator change) {
            SplittableRandom random = new SplittableRandom(name.hashCode());
            double[] numbers = random.doubles(length, -1, 1).map(change).map(x -> (float) x).toArray();
            Buffer buffer = k.allocate(length, name);
            k.upload(numbers, buffer);
            return buffer;
        }

        /** An operand that the primitive changes, or a result. */
        Buffer out(String name, int length) {
            return out(name, length, DoubleUnaryOperator.identity());
        }

        /** As the other, changed from [−1, 1] to what the primitive expects. */
        Buffer out(String name, int length, DoubleUnaryOperator change) {
            Buffer buffer = in(name, length, change);
            results.put(name, buffer);
            return buffer;
        }

        /** The same deal, whose targets are to be overwritten. */
        Deal overwriting() {
            accumulate = false;
            return this;
        }

        /** Where a gradient goes: to random numbers or, if it overwrites, to NaNs. */
        Target target(String name, int length) {
            return accumulate ? Target.add(out(name, length)) : Target.set(out(name, length, _ -> Double.NaN));
        }

        /** Numbers that are compared as they are. */
        void numbers(String name, double... values) {
            Buffer buffer = k.allocate(values.length, name);
            k.upload(values, buffer);
            results.put(name, buffer);
        }
    }

    /** Runs all of it. A failure of one primitive is noted, and the others are tried all the same. */
    public static List<Result> run(Backend k) {
        try (ReferenceBackend reference = new ReferenceBackend()) {
            return SelfTestCases.all().stream().map(c -> compare(c, reference, k)).toList();
        }
    }

    /**
     * Runs some of it. A failure of one primitive is noted, and the others are tried on a new backend, because a
     * device that has failed refuses everything from then on.
     *
     * @param open opens the backend; what it opens is closed
     * @param wanted says of a primitive's name whether to try it
     */
    public static List<Result> run(Supplier<Backend> open, Predicate<String> wanted) {
        List<Result> results = new ArrayList<>();
        Backend k = open.get();
        try (ReferenceBackend reference = new ReferenceBackend()) {
            for (Case c : SelfTestCases.all().stream().filter(c -> wanted.test(c.primitive())).toList()) {
                Result result = compare(c, reference, k);
                results.add(result);
                if (result.failure() != null) {
                    abandon(k);
                    k = open.get();
                }
            }
        } finally {
            k.close();
        }
        return results;
    }

    private static void abandon(Backend k) {
        try {
            k.close();
        } catch (RuntimeException _) {
            // It has failed; that it cannot clean up either is no news.
        }
    }

    private static Result compare(Case c, Backend reference, Backend k) {
        try {
            Map<String, double[]> expected = numbers(c, reference);
            Map<String, double[]> actual = numbers(c, k);
            double error = 0;
            for (Map.Entry<String, double[]> e : expected.entrySet()) {
                error = Math.max(error, error(e.getValue(), actual.get(e.getKey())));
            }
            return new Result(c.primitive(), c.shape(), error, null);
        } catch (RuntimeException e) {
            return new Result(c.primitive(), c.shape(), Double.NaN, e.getMessage());
        }
    }

    private static Map<String, double[]> numbers(Case c, Backend k) {
        try (Scope _ = k.openScope("self-test")) {
            Deal deal = new Deal(k);
            c.work().run(k, deal);
            Map<String, double[]> numbers = new LinkedHashMap<>();
            deal.results.forEach((name, buffer) -> numbers.put(name, k.download(buffer)));
            return numbers;
        }
    }

    /** NaN anywhere makes it infinite: no primitive is asked for one here. */
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

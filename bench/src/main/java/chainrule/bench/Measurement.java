package chainrule.bench;

import chainrule.bench.path.Work;

import org.apache.commons.math3.stat.descriptive.rank.Percentile;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The duration of one call.
 *
 * @param family label of the family of hot paths
 * @param operation name of the benchmark method, or of the primitive
 * @param shape the shape of its operands
 * @param backend name, or {@link Case#MACHINE}
 * @param threads the backend's number of threads
 * @param work of one call
 * @param nanos mean nanoseconds of one call, for each window of each fork
 * @param profiles the results of JMH's profilers by name
 * @param failure why it could not be measured, or ""
 */
record Measurement(
        String family,
        String operation,
        String shape,
        String backend,
        int threads,
        Work work,
        List<List<Double>> nanos,
        Map<String, Double> profiles,
        String failure) {
    /** Windows agree if the slowest takes at most so much longer than the fastest. */
    private static final double AGREEMENT = 0.02;

    private static final int AGREEING = 3;

    /** The fewest windows that are kept. */
    private static final int FEWEST = 5;

    /** Of the median: above it, something else runs at times. */
    private static final double LARGE_SPREAD = 0.10;

    /** Of the median: above it, the time says little. */
    private static final double HUGE_SPREAD = 0.25;

    Measurement {
        nanos = nanos.stream().map(List::copyOf).toList();
        profiles = Collections.unmodifiableMap(new TreeMap<>(profiles));
        if (failure.isEmpty() && (nanos.isEmpty() || nanos.stream().anyMatch(List::isEmpty))) {
            throw new IllegalArgumentException(operation + " " + shape + " has no windows");
        }
    }

    Measurement(
            String family,
            String operation,
            String shape,
            String backend,
            int threads,
            Work work,
            List<List<Double>> nanos) {
        this(family, operation, shape, backend, threads, work, nanos, Map.of(), "");
    }

    static Measurement failed(
            String family, String operation, String shape, String backend, int threads, Work work, String reason) {
        return new Measurement(family, operation, shape, backend, threads, work, List.of(), Map.of(), reason);
    }

    /** The same with the results of profilers. */
    Measurement profiled(SequencedMap<String, Double> results) {
        return new Measurement(family, operation, shape, backend, threads, work, nanos, results, failure);
    }

    boolean measured() {
        return failure.isEmpty();
    }

    /** "family operation shape backend threads": unique in a run. */
    String name() {
        return family + " " + operation + " " + shape + " " + backend + " " + threads;
    }

    /**
     * The windows of each fork that count. Those before the first three that follow each other and agree within 2 % are
     * warm-up and dropped, but at least the last five are kept.
     */
    List<List<Double>> kept() {
        return nanos.stream().map(fork -> fork.subList(warm(fork, FEWEST), fork.size())).toList();
    }

    /** True if in each fork three windows agreed before the last five; always true with fewer windows. */
    boolean warm() {
        return nanos.stream().allMatch(fork -> fork.size() <= FEWEST || warm(fork, AGREEING) <= fork.size() - FEWEST);
    }

    /** The first window that counts. */
    private static int warm(List<Double> fork, int fewest) {
        int last = Math.max(0, fork.size() - fewest);
        for (int i = 0; i < last; i++) {
            List<Double> next = fork.subList(i, Math.min(i + AGREEING, fork.size()));
            if (Collections.max(next) <= (1 + AGREEMENT) * Collections.min(next)) {
                return i;
            }
        }
        return last;
    }

    /** The mean of each fork, in nanoseconds: forks are the independent repetitions of a measurement. */
    double[] forkMeans() {
        return kept().stream()
                .mapToDouble(fork -> fork.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
                .toArray();
    }

    /** Nanoseconds of a call, the median over the windows. */
    double median() {
        return quantile(50);
    }

    /** The interquartile range of the windows, as a fraction of the median. */
    double spread() {
        return (quantile(75) - quantile(25)) / median();
    }

    /** "" for a small spread, "!" above 10 % and "!!" above 25 % of the median. */
    String warning() {
        return spread() > HUGE_SPREAD ? "!!" : spread() > LARGE_SPREAD ? "!" : "";
    }

    /** GFLOP/s or GB/s at the median. */
    double rate() {
        return work.rate(median());
    }

    /** GFLOP/s or GB/s of the fastest window. */
    double bestRate() {
        return work.rate(
                nanos.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).min().orElse(Double.NaN));
    }

    /** True if both measured the same work, perhaps on different backends. */
    boolean sameWork(Measurement other) {
        return family.equals(other.family)
                && operation.equals(other.operation)
                && shape.equals(other.shape)
                && threads == other.threads;
    }

    /** Operation and shape, as in "weightGradient 32-32@32"; for a whole step only its net. */
    String what() {
        return family.equals(Family.STEPS.label()) ? shape : operation + " " + shape;
    }

    private double quantile(int percent) {
        double[] values = kept().stream().flatMap(List::stream).mapToDouble(Double::doubleValue).sorted().toArray();
        return values.length == 0
                ? Double.NaN
                : new Percentile(percent).withEstimationType(Percentile.EstimationType.R_7).evaluate(values);
    }
}

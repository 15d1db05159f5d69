package chainrule.bench;

import chainrule.bench.path.Work;

import org.apache.commons.math3.stat.descriptive.rank.Percentile;

import java.util.List;

/**
 * The duration of one call.
 *
 * @param family label of the family of hot paths
 * @param operation name of the benchmark method
 * @param shape the shape of its operands
 * @param backend name, or {@link Case#MACHINE}
 * @param threads the backend's number of threads
 * @param unit the unit of the amount
 * @param amount operations or bytes of one call
 * @param nanos mean nanoseconds of one call, for each iteration
 */
record Measurement(
        String family,
        String operation,
        String shape,
        String backend,
        int threads,
        Work.Unit unit,
        double amount,
        List<Double> nanos) {
    Measurement {
        nanos = List.copyOf(nanos);
        if (nanos.isEmpty()) {
            throw new IllegalArgumentException(operation + " " + shape + " has no iterations");
        }
    }

    /** Nanoseconds of a call, the median over the iterations. */
    double median() {
        return quantile(50);
    }

    /** The interquartile range of the iterations, as a fraction of the median. */
    double spread() {
        return (quantile(75) - quantile(25)) / median();
    }

    /** GFLOP/s or GB/s at the median. */
    double rate() {
        return new Work(amount, unit).rate(median());
    }

    /** GFLOP/s or GB/s of the fastest iteration. */
    double bestRate() {
        return new Work(amount, unit).rate(quantile(0));
    }

    /** True if both measured the same work on the same backend, perhaps in different runs. */
    boolean sameAs(Measurement other) {
        return sameWork(other) && backend.equals(other.backend);
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
        double[] values = nanos.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return percent == 0
                ? values[0]
                : new Percentile(percent).withEstimationType(Percentile.EstimationType.R_7).evaluate(values);
    }
}

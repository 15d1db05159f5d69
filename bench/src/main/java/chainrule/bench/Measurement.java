package chainrule.bench;

import chainrule.bench.path.Work;

import org.apache.commons.math3.stat.descriptive.rank.Percentile;

import java.util.List;

/**
 * How long one call took.
 *
 * @param family label of the family of hot paths
 * @param operation name of the benchmark method
 * @param shape what it worked on
 * @param backend name, or {@link Case#MACHINE}
 * @param threads of the backend
 * @param unit what the amount counts
 * @param amount operations or bytes of one call
 * @param nanos mean nanoseconds of one call, for every iteration
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

    /** Whether both measured the same thing, perhaps on another day. */
    boolean sameAs(Measurement other) {
        return sameWork(other) && backend.equals(other.backend);
    }

    /** Whether both measured the same thing, perhaps on another backend. */
    boolean sameWork(Measurement other) {
        return family.equals(other.family)
                && operation.equals(other.operation)
                && shape.equals(other.shape)
                && threads == other.threads;
    }

    /** "weightGradient 32-32@32"; a whole step is known by its net. */
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

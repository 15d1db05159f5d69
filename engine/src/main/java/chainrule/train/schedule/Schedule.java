package chainrule.train.schedule;

/**
 * How the learning rate changes over a run: a pure function of the time, so that a resumed run needs no state of it; but
 * for {@link ReduceOnPlateau}, which remembers a metric.
 */
@FunctionalInterface
public interface Schedule {
    /**
     * The learning rate at that time.
     *
     * @param epoch passes over the training data so far, with fractions: 2.5 is in the middle of the third
     * @param initial the rate the user asked for
     */
    double rate(double epoch, double initial);

    /** What it is, with its settings: a run resumes only with the same. */
    default String description() {
        return getClass().isHidden() ? "a function" : toString(); // a lambda's own name differs from run to run
    }
}

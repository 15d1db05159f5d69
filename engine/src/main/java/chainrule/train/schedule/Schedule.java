package chainrule.train.schedule;

/**
 * A learning rate schedule: a pure function of the position in the run, so that a resumed run needs no state. The
 * exception is {@link ReduceOnPlateau}.
 */
@FunctionalInterface
public interface Schedule {
    /**
     * Returns the learning rate at a position in the run.
     *
     * @param epoch the number of finished epochs, with fractions: 2.5 is in the middle of the third epoch
     * @param initial the optimizer's initial learning rate
     */
    double rate(double epoch, double initial);

    /** Describes the schedule and its settings. A checkpoint can be resumed only with an equal description. */
    default String description() {
        return getClass().isHidden() ? "a function" : toString(); // the class name of a lambda differs from run to run
    }
}

package chainrule.train.schedule;

/** How the learning rate changes over a run. A pure function of the time, so that a resumed run needs no state of it. */
@FunctionalInterface
public interface Schedule {
    /**
     * The learning rate at that time.
     *
     * @param epoch passes over the training data so far, with fractions: 2.5 is in the middle of the third
     * @param initial the rate the user asked for
     */
    double rate(double epoch, double initial);

    /** Throws unless the value is above 0 and finite. */
    static double requirePositive(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " " + value + ": must be a number above 0");
        }
        return value;
    }

    /** Throws unless the value is in 0 … 1. */
    static double requireShare(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(what + " " + value + ": must be in 0 … 1");
        }
        return value;
    }
}

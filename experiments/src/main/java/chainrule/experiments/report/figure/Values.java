package chainrule.experiments.report.figure;

/** Which values a linear axis can bear. */
final class Values {
    /** Beyond this a margin around the value is no longer finite. */
    private static final double GREATEST = 1e300;

    private Values() {}

    /** False for NaN, infinity and what is nearly infinite. */
    static boolean drawable(double value) {
        return Math.abs(value) <= GREATEST;
    }
}

package chainrule.train.schedule;

/** Argument checks for schedules. */
final class Require {
    private Require() {}

    /** Throws unless the value is above 0 and finite. */
    static void positive(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " " + value + ": must be a number above 0");
        }
    }

    /** Throws unless the value is in 0 … 1. */
    static void fraction(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(what + " " + value + ": must be in 0 … 1");
        }
    }
}

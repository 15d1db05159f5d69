package chainrule.experiments.cli;

import java.util.Collection;

/** Checks of option values, with one-line messages that name the option, what was found and what was expected. */
public final class Checks {
    private Checks() {}

    /** @throws IllegalArgumentException if the value is below the least */
    public static void atLeast(String option, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(option + " " + value + ": expected at least " + least);
        }
    }

    /** @throws IllegalArgumentException if the value is above the most */
    public static void atMost(String option, long value, long most) {
        if (value > most) {
            throw new IllegalArgumentException(option + " " + value + ": expected at most " + most);
        }
    }

    /** @throws IllegalArgumentException if there are no values */
    public static void notEmpty(String option, Collection<?> values) {
        if (values == null || values.isEmpty()) {
            throw new IllegalArgumentException(option + " names nothing: expected at least one value");
        }
    }

    /** @throws IllegalArgumentException unless 0 &lt; value &lt; ∞ */
    public static void positive(String option, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(option + " " + value + ": expected a number above 0");
        }
    }

    /** @throws IllegalArgumentException unless 0 ≤ value &lt; ∞ */
    public static void notNegative(String option, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(option + " " + value + ": expected a number from 0 up");
        }
    }

    /** @throws IllegalArgumentException unless 0 ≤ value ≤ 1 */
    public static void share(String option, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(option + " " + value + ": expected a number from 0 to 1");
        }
    }

    /** @throws IllegalArgumentException unless 0 ≤ value &lt; 1 */
    public static void shareBelowOne(String option, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(option + " " + value + ": expected a number from 0 to below 1");
        }
    }

    /** @throws IllegalArgumentException if a batch would be larger than the data */
    public static void batch(int batch, int examples) {
        atLeast("--batch", batch, 1);
        if (batch > examples) {
            throw new IllegalArgumentException(
                    "--batch " + batch + ": expected at most the " + examples + " training examples");
        }
    }
}

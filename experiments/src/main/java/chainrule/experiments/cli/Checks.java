package chainrule.experiments.cli;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Checks of option values, with one-line messages that name the option, what was found and what was expected. */
public final class Checks {
    private static final int THREADS_PER_PROCESSOR = 4;

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

    /**
     * The number of CPU threads: the option's value, or all processors.
     *
     * @param value of --threads, or null
     * @throws IllegalArgumentException if it is below 1 or more than a small multiple of the processors: more threads
     *     only slow the machine down
     */
    public static int threads(Integer value) {
        int processors = Runtime.getRuntime().availableProcessors();
        int count = value == null ? processors : value;
        atLeast("--threads", count, 1);
        if (count > THREADS_PER_PROCESSOR * processors) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "--threads %d: expected at most %d, %d for each of the %d processors",
                            count,
                            THREADS_PER_PROCESSOR * processors,
                            THREADS_PER_PROCESSOR,
                            processors));
        }
        return count;
    }

    /** @throws IllegalArgumentException if a value occurs twice */
    public static void distinct(String option, Collection<?> values) {
        Set<Object> seen = new HashSet<>();
        for (Object value : values) {
            if (!seen.add(value)) {
                throw new IllegalArgumentException(option + " names " + value + " twice");
            }
        }
    }

    /**
     * Consecutive seeds.
     *
     * @param option that sets their count
     * @throws IllegalArgumentException if the last one exceeds the largest long
     */
    public static LongStream seeds(long first, String option, int count) {
        long largest = Long.MAX_VALUE - Math.max(count - 1, 0);
        if (first > largest) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "--seed %d with %s %d: expected a seed of at most %d",
                            first,
                            option,
                            count,
                            largest));
        }
        return IntStream.range(0, count).mapToLong(i -> first + i);
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
            throw new IllegalArgumentException(option + " " + value + ": expected a number of at least 0");
        }
    }

    /** @throws IllegalArgumentException unless 0 ≤ value ≤ 1 */
    public static void fraction(String option, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(option + " " + value + ": expected a number from 0 to 1");
        }
    }

    /** @throws IllegalArgumentException unless 0 ≤ value &lt; 1 */
    public static void fractionBelowOne(String option, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(option + " " + value + ": expected a number of at least 0 and below 1");
        }
    }

    /** @throws IllegalArgumentException if a batch is larger than the data */
    public static void batch(int batch, int examples) {
        atLeast("--batch", batch, 1);
        if (batch > examples) {
            throw new IllegalArgumentException(
                    "--batch " + batch + ": expected at most the " + examples + " training examples");
        }
    }
}

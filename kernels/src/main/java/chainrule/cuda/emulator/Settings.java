package chainrule.cuda.emulator;

import java.util.Locale;
import java.util.Map;

/**
 * How the emulated device runs. A correct kernel on a correctly synchronized backend gives the same results in every
 * order, lazily or not.
 *
 * @param order in which the threads of a block and the blocks of a grid start
 * @param seed of the random order
 * @param lazy true if work waits until the host synchronizes
 * @param check true if every access is checked for races, exact bounds and uninitialized reads; slower
 * @param count true if memory traffic, bank conflicts and divergence are counted. Set it before memory is allocated:
 *     allocations then start at multiples of 256 bytes as on a GPU, and do not end at the page that catches overruns
 * @param threads CPU threads that run blocks; 0 is one for each core. Checked or counted runs use one
 */
public record Settings(Order order, long seed, boolean lazy, boolean check, boolean count, int threads) {
    /** The order in which threads and blocks start. */
    public enum Order {
        /** First to last. */
        FORWARD,
        /** Last to first. */
        REVERSE,
        /** Shuffled, differently for each launch and block, by the seed. */
        RANDOM
    }

    /** The prefix of the system properties, before the name of the component. */
    public static final String PREFIX = "chainrule.emulator.";

    /** Forward, eager, unchecked and uncounted, on every core. */
    public static Settings standard() {
        return new Settings(Order.FORWARD, 1, false, false, false, 0);
    }

    /**
     * {@link #standard()}, changed by the system properties {@code chainrule.emulator.order} (forward, reverse or
     * random), {@code .seed}, {@code .lazy}, {@code .check}, {@code .count} and {@code .threads}.
     *
     * @throws IllegalArgumentException if the value of a property is invalid
     */
    public static Settings ofProperties() {
        return new Settings(
                Order.valueOf(property("order", "forward").toUpperCase(Locale.ROOT)),
                Long.parseLong(property("seed", "1")),
                Boolean.parseBoolean(property("lazy", "false")),
                Boolean.parseBoolean(property("check", "false")),
                Boolean.parseBoolean(property("count", "false")),
                Integer.parseInt(property("threads", "0")));
    }

    public Settings withOrder(Order order) {
        return new Settings(order, seed, lazy, check, count, threads);
    }

    public Settings withSeed(long seed) {
        return new Settings(order, seed, lazy, check, count, threads);
    }

    public Settings withLazy(boolean lazy) {
        return new Settings(order, seed, lazy, check, count, threads);
    }

    public Settings withCheck(boolean check) {
        return new Settings(order, seed, lazy, check, count, threads);
    }

    public Settings withCount(boolean count) {
        return new Settings(order, seed, lazy, check, count, threads);
    }

    public Settings withThreads(int threads) {
        return new Settings(order, seed, lazy, check, count, threads);
    }

    /** The names and values of the native settings. */
    Map<String, String> natively() {
        return Map.of(
                "order", order.name().toLowerCase(Locale.ROOT),
                "seed", Long.toUnsignedString(seed),
                "lazy", Boolean.toString(lazy),
                "check", Boolean.toString(check),
                "count", Boolean.toString(count),
                "workers", Integer.toString(threads));
    }

    private static String property(String name, String otherwise) {
        return System.getProperty(PREFIX + name, otherwise);
    }
}

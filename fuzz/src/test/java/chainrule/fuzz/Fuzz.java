package chainrule.fuzz;

/** What the fuzzer calls, by these names. */
public final class Fuzz {
    private static Target target;

    private Fuzz() {}

    /** @param arguments the target's name */
    public static void fuzzerInitialize(String[] arguments) {
        target = Targets.named(arguments[0]);
    }

    /** A hang is noticed by the fuzzer itself: its option {@code -timeout}. */
    public static void fuzzerTestOneInput(byte[] input) {
        Harness.check(target, input);
    }
}

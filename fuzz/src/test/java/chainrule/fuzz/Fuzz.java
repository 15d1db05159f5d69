package chainrule.fuzz;

/** The entry points that the fuzzer calls by name. */
public final class Fuzz {
    private static Target target;

    private Fuzz() {}

    /** @param arguments the name of the target */
    public static void fuzzerInitialize(String[] arguments) {
        target = Targets.named(arguments[0]);
    }

    /** Checks one input; the fuzzer's option {@code -timeout} detects a hang. */
    public static void fuzzerTestOneInput(byte[] input) {
        Harness.check(target, input);
    }
}

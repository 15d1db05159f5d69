package chainrule.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

    /**
     * Tries single files, without the fuzzer: to see again what it found.
     *
     * @param arguments the target's name, then files
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Target named = Targets.named(arguments[0]);
        for (String file : List.of(arguments).subList(1, arguments.length)) {
            System.out.println(file + ": " + Harness.guard(named, Files.readAllBytes(Path.of(file))));
        }
    }
}

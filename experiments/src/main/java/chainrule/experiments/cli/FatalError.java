package chainrule.experiments.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Explains in one line an {@link Error} that the user can fix: too little memory, a broken installation. */
public final class FatalError {
    /** The options that determine how much memory a command needs. */
    private static final List<String> SIZES =
            List.of("--width", "--batch", "--filters", "--depths", "--depth", "--images", "--samples", "--size");

    private FatalError() {}

    /** True for errors of the machine and its configuration, false for bugs. */
    public static boolean expected(Error e) {
        return !(e instanceof AssertionError);
    }

    /** The first expected error in the chain of causes: libraries wrap the errors that they catch. */
    public static Optional<Error> causeOf(Throwable thrown) {
        return Stream.iterate(thrown, t -> t != null, Throwable::getCause)
                .limit(50) // a chain may be a cycle
                .filter(t -> t instanceof Error e && expected(e))
                .map(Error.class::cast)
                .findFirst();
    }

    /**
     * Describes the error and a remedy in one line.
     *
     * @param command whose options may be too large; null if unknown
     */
    public static String message(Error e, CommandSpec command) {
        return switch (e) {
            case OutOfMemoryError memory -> outOfMemory(String.valueOf(memory.getMessage()), command);
            case StackOverflowError _ ->
                    "out of stack: "
                            + advice(command, "")
                            + "allow a deeper stack, for example JDK_JAVA_OPTIONS=-Xss16m";
            case LinkageError _ ->
                    "Java cannot load a class or a native library: "
                            + rootCause(e)
                            + "; ./run doctor shows what works on this machine";
            default -> "Java failed: " + rootCause(e);
        };
    }

    private static String outOfMemory(String message, CommandSpec command) {
        if (message.contains("native thread")) {
            return "too many threads for this machine: make --threads smaller";
        }
        if (message.contains("array size")) {
            return "too large: an array would have more elements than Java allows; "
                    + advice(command, "or ")
                    + "choose a smaller net";
        }
        long megabytes = Runtime.getRuntime().maxMemory() >> 20;
        return String.format(
                Locale.ROOT,
                "out of memory: the Java heap is limited to %d MB; %sallow a larger heap, for example"
                        + " JAVA_TOOL_OPTIONS=-Xmx%dm",
                megabytes,
                advice(command, "or "),
                Math.max(1024, 2 * megabytes));
    }

    /** "make --width 1000000 or --batch 128 smaller, ", or the empty string if no option determines the size. */
    private static String advice(CommandSpec command, String conjunction) {
        String options = command == null ? "" : sizes(command);
        return options.isEmpty() ? "" : "make " + options + " smaller, " + conjunction;
    }

    /** The size options of the command with their values; if the user set some, only these. */
    private static String sizes(CommandSpec command) {
        List<OptionSpec> sizes = new ArrayList<>();
        for (String name : SIZES) {
            OptionSpec option = command.findOption(name);
            if (option != null) {
                sizes.add(option);
            }
        }
        List<OptionSpec> chosen = sizes.stream().filter(o -> !o.originalStringValues().isEmpty()).toList();
        return (chosen.isEmpty() ? sizes : chosen)
                .stream()
                        .map(o -> o.longestName() + (chosen.isEmpty() ? "" : " " + o.originalStringValues().getLast()))
                        .collect(Collectors.joining(" or "));
    }

    private static String rootCause(Throwable e) {
        Throwable root = e;
        for (int i = 0; root.getCause() != null && i < 50; i++) {
            root = root.getCause();
        }
        String text = root.getMessage() == null ? root.getClass().getName() : root.toString();
        return text.lines().findFirst().orElse("").strip();
    }
}

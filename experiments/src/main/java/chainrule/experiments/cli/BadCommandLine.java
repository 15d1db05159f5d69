package chainrule.experiments.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Explains in one line what is wrong with a command line, and suggests the nearest valid word. */
public final class BadCommandLine {
    private static final Set<String> HELP = Set.of("-h", "--help");

    /** Common names of these options in other programs. */
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "--lr", "--rate",
                    "--learning-rate", "--rate",
                    "--batch-size", "--batch",
                    "--num-epochs", "--epochs",
                    "--output", "--out",
                    "--output-dir", "--out",
                    "--dataset", "--data",
                    "--gpu", "--backend",
                    "--num-threads", "--threads",
                    "--workers", "--threads");

    private BadCommandLine() {}

    /**
     * Moves a leading "help", "-h" or "--help" behind the name of the study. An unknown study is returned alone: there
     * is no help for it.
     */
    public static String[] helpLast(CommandLine root, String... arguments) {
        if (arguments.length == 0) {
            return arguments;
        }
        String first = arguments[0];
        if (!first.equals("help") && !HELP.contains(first)) {
            boolean unknown = !first.startsWith("-") && !root.getSubcommands().containsKey(first);
            return unknown ? new String[] {first} : arguments;
        }
        List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
        String[] study = rest.stream().filter(a -> !a.startsWith("-")).limit(1).toArray(String[]::new);
        return study.length == 0 ? new String[] {"--help"} : helpLast(root, study[0], "--help");
    }

    /** True if the arguments ask for help, even after an error. */
    public static boolean asksForHelp(ParameterException e, String... arguments) {
        List<String> all = Arrays.asList(arguments);
        boolean help = HELP.stream().anyMatch(all::contains);
        return help || e instanceof UnmatchedArgumentException unmatched && unmatched.getUnmatched().contains("help");
    }

    /**
     * Describes the wrong option and refers to the help.
     *
     * @param program "./run depth"
     */
    public static String options(ParameterException e, String program) {
        String wrong = wrong(e);
        return wrong + (wrong.endsWith("?") ? " See " : "; see ") + program + " --help";
    }

    private static String wrong(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            return word.startsWith("-")
                    ? unknownOption(e.getCommandLine(), word)
                    : "unexpected argument '" + word + "'";
        }
        ArgSpec argument = e.getArgSpec();
        boolean conversion = argument != null && e.getValue() != null && e.getCause() != null;
        return conversion ? expected(argument, e.getValue()).orElse(e.getMessage()) : e.getMessage();
    }

    /** Describes an unknown study. */
    public static String study(CommandLine root, String word) {
        if (word.startsWith("-")) {
            return "expected a study before '" + word + "'; ./run list names them";
        }
        String nearest =
                Nearest.to(word, root.getSubcommands().keySet())
                        .map(study -> "did you mean '" + study + "'? ")
                        .orElse("");
        return "unknown study '" + word + "'; " + nearest + "./run list names them";
    }

    private static String unknownOption(CommandLine command, String word) {
        String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        Set<String> known = new TreeSet<>();
        command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::longestName)
                .forEach(known::add);
        Optional<String> meant =
                Nearest.to(name, known).or(() -> Optional.ofNullable(ELSEWHERE.get(name)).filter(known::contains));
        return "unknown option '" + name + "'" + meant.map(o -> "; did you mean '" + o + "'?").orElse("");
    }

    /** "--epochs 'many': expected a whole number". */
    private static Optional<String> expected(ArgSpec argument, String value) {
        Class<?> type = argument.auxiliaryTypes().length > 0 ? argument.auxiliaryTypes()[0] : argument.type();
        String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
        String expected;
        if (type == int.class || type == Integer.class) {
            expected = whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (type == long.class || type == Long.class) {
            expected = whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (type == double.class || type == Double.class) {
            expected = "a number";
        } else if (type.isEnum()) {
            expected =
                    Arrays.stream(type.getEnumConstants())
                            .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", ", "one of ", ""));
        } else {
            return Optional.empty();
        }
        return Optional.of(name + " '" + value + "': expected " + expected);
    }

    private static String whole(String value, long least, long most) {
        return value.matches("[+-]?\\d+") ? "a whole number from " + least + " to " + most : "a whole number";
    }
}

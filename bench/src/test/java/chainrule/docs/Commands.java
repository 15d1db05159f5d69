package chainrule.docs;

import chainrule.experiments.Main;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of {@code ./run}, to check texts against. Nothing is executed. */
final class Commands {
    private static final List<String> BENCHMARKS = List.of("bench", "versus", "peers");

    /** The end of a command in a line of text, where a comment or prose follows. */
    private static final Pattern END = Pattern.compile("\\s+#.*|\\s{3,}.*|[;`].*");

    /** All commands by the word after {@code ./run}; the empty word is {@code ./run} itself. */
    static final Map<String, CommandLine> ALL = all();

    private Commands() {}

    private static Map<String, CommandLine> all() {
        Map<String, CommandLine> all = new TreeMap<>(studies().getSubcommands());
        BENCHMARKS.forEach(name -> all.put(name, chainrule.bench.Main.commandLine(name)));
        all.put("", studies());
        return all;
    }

    private static CommandLine studies() {
        return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** The options of a command, "--help" included. */
    static List<String> options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .map(OptionSpec::names)
                .flatMap(Arrays::stream)
                .flatMap(
                        n ->
                                n.startsWith("--no-")
                                        ? List.of(n, n.replace("--no-", "--")).stream()
                                        : List.of(n).stream())
                .toList();
    }

    /** The help texts of a command, option by option. */
    static List<String> help(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        List<String> texts = new ArrayList<>(Arrays.asList(spec.usageMessage().description()));
        texts.addAll(Arrays.asList(spec.usageMessage().footer()));
        spec.args().forEach(arg -> texts.add(String.join(" ", arg.description())));
        return texts;
    }

    /**
     * The error in a command line as a user types it, such as {@code ./run depth --epochs 1}, without a comment after
     * it; empty if the command line is valid.
     */
    static Optional<String> error(String text) {
        String line = END.matcher(text.strip()).replaceFirst("");
        List<String> words = new ArrayList<>(List.of(line.split("\\s+")));
        while (words.getFirst().matches("\\$|\\w+=\\S*")) {
            words.removeFirst();
        }
        words.removeFirst(); // ./run
        words.removeIf(word -> word.equals("…"));
        words.replaceAll(word -> word.replace("…", ""));
        String name = words.isEmpty() ? "" : words.getFirst();
        if (name.startsWith("<")) {
            return words.size() > 1 && words.get(1).equals("--help")
                    ? Optional.empty()
                    : Optional.of(text + ": only --help is valid for every study");
        }
        try {
            if (BENCHMARKS.contains(name)) {
                chainrule.bench.Main.commandLine(name).parseArgs(words.subList(1, words.size()).toArray(String[]::new));
            } else {
                studies().parseArgs(words.toArray(String[]::new));
            }
        } catch (ParameterException e) {
            return Optional.of(text + ": " + e.getMessage());
        }
        return words.stream()
                .filter(word -> word.matches("(bench|docs|engine|experiments|fuzz|kernels)/.*"))
                .filter(word -> !line.contains("--out " + word) && !text.contains("…/") && !Repository.holds(word))
                .findFirst()
                .map(word -> text + ": there is no " + word);
    }

    /** The errors in commands that prose mentions: the words and options directly after {@code ./run}. */
    static List<String> errorsInProse(String prose) {
        List<String> errors = new ArrayList<>();
        Matcher mention = Pattern.compile("\\./run ([a-z][a-z-]*)((?: --?[a-z][a-z-]*)*)").matcher(prose);
        while (mention.find()) {
            CommandLine command = ALL.get(mention.group(1));
            if (command == null) {
                errors.add(mention.group() + ": no such command");
                continue;
            }
            for (String option : mention.group(2).strip().split(" ")) {
                if (!option.isEmpty() && !options(command).contains(option)) {
                    errors.add(mention.group() + ": no option " + option);
                }
            }
        }
        return errors;
    }
}

package chainrule.experiments.cli;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Command lines that can be pasted into a POSIX shell. */
public final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private Shell() {}

    /** The command with its arguments, quoted where a shell would interpret them. */
    public static String command(String program, List<String> arguments) {
        return program + arguments.stream().map(argument -> " " + quoted(argument)).collect(Collectors.joining());
    }

    /** One word, in single quotes unless it is plain. */
    static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}

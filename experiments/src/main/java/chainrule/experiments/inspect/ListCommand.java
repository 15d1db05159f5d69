package chainrule.experiments.inspect;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.Locale;

/** Names every study with one line each. */
@Command(name = "list", description = "names every study and tool", mixinStandardHelpOptions = true)
public final class ListCommand implements Runnable {
    @Spec CommandSpec command;

    @Override
    public void run() {
        for (CommandLine sub : command.parent().subcommands().values()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-18s %s%n",
                    sub.getCommandName(),
                    String.join(" ", sub.getCommandSpec().usageMessage().description()));
        }
        // Lives in a module of its own, which this one cannot see.
        System.out.printf(
                Locale.ROOT,
                "%-18s %s%n",
                "bench",
                "measures every hot path against the machine's peak: ./run bench --help");
    }
}

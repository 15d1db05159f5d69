package chainrule.experiments.inspect;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.Locale;

/** Lists the studies and tools, one line each. */
@Command(name = "list", description = "lists the studies and tools", mixinStandardHelpOptions = true)
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
        // Belongs to another module, which this one does not see.
        System.out.printf(
                Locale.ROOT,
                "%-18s %s%n",
                "bench",
                "measures primitives and training steps against the machine's peak: ./run bench --help");
    }
}

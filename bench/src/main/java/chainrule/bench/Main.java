package chainrule.bench;

import chainrule.experiments.cli.BadCommandLine;
import chainrule.experiments.cli.FatalError;
import chainrule.experiments.cli.StandardOutput;
import chainrule.experiments.cli.Startup;
import chainrule.experiments.report.OutputException;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The command line: {@code ./run bench [options]}. */
public final class Main {
    private static final int BAD_INPUT = 2;
    private static final int FAILED = 1;

    private Main() {}

    public static void main(String[] args) {
        Startup.prepare("./run bench", FAILED);
        System.exit(StandardOutput.finish("./run bench", execute(args)));
    }

    /** Runs a command line and returns its exit status: 0 done, 1 failed, 2 bad input, with one line on stderr. */
    public static int execute(String... args) {
        CommandLine bench =
                commandLine()
                        .setParameterExceptionHandler(Main::badCommandLine)
                        .setExecutionExceptionHandler(
                                (e, commandLine, _) ->
                                        switch (e) {
                                            case ParameterException _, OutputException _, IllegalArgumentException _ ->
                                                    complain(commandLine, e.getMessage());
                                            default -> throw e;
                                        });
        try {
            return bench.execute(args);
        } catch (Error e) {
            if (!FatalError.expected(e)) {
                throw e;
            }
            complain(bench, FatalError.message(e, bench.getCommandSpec()));
            return FAILED;
        }
    }

    /** The options, to parse a command line or print the help. */
    public static CommandLine commandLine() {
        return new CommandLine(new BenchCommand()).setUsageHelpLongOptionsMaxWidth(26).setUsageHelpWidth(110);
    }

    private static int badCommandLine(ParameterException e, String[] arguments) {
        if (BadCommandLine.asksForHelp(e, arguments)) {
            e.getCommandLine().usage(System.out);
            return 0;
        }
        return complain(e.getCommandLine(), BadCommandLine.options(e, "./run bench"));
    }

    private static int complain(CommandLine commandLine, String message) {
        commandLine.getErr().println("./run bench: " + message);
        commandLine.getErr().flush();
        return BAD_INPUT;
    }
}

package chainrule.bench;

import chainrule.bench.ab.AbCommand;
import chainrule.bench.peer.PeersCommand;
import chainrule.bench.versus.VersusCommand;
import chainrule.experiments.cli.BadCommandLine;
import chainrule.experiments.cli.FatalError;
import chainrule.experiments.cli.StandardOutput;
import chainrule.experiments.cli.Startup;
import chainrule.experiments.report.OutputException;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

import java.util.Arrays;

/** The command lines {@code ./run bench}, {@code ./run versus} and {@code ./run peers}. */
public final class Main {
    private static final int BAD_INPUT = 2;
    private static final int FAILED = 1;

    private Main() {}

    public static void main(String[] args) {
        String program = "./run " + args[0];
        Startup.prepare(program, FAILED);
        System.exit(StandardOutput.finish(program, execute(args)));
    }

    /**
     * Runs a command line and returns its exit status: 0 done, 1 failed, 2 bad input, with one line on stderr.
     *
     * @param args the name of the command and its options
     */
    public static int execute(String... args) {
        CommandLine command =
                commandLine(args[0])
                        .setParameterExceptionHandler(Main::badCommandLine)
                        .setExecutionExceptionHandler(
                                (e, commandLine, _) ->
                                        switch (e) {
                                            case ParameterException _, OutputException _, IllegalArgumentException _ ->
                                                    complain(commandLine, e.getMessage());
                                            default -> throw e;
                                        });
        try {
            return command.execute(Arrays.copyOfRange(args, 1, args.length));
        } catch (Error e) {
            if (!FatalError.expected(e)) {
                throw e;
            }
            complain(command, FatalError.message(e, command.getCommandSpec()));
            return FAILED;
        }
    }

    /**
     * The options of a command, to parse a command line or print the help.
     *
     * @param name "bench", "versus" or "peers"
     */
    public static CommandLine commandLine(String name) {
        CommandLine command =
                switch (name) {
                    case "bench" ->
                            new CommandLine(new BenchCommand())
                                    .addSubcommand(new AbCommand())
                                    .addSubcommand(new CompareCommand())
                                    .addSubcommand(new FitCommand())
                                    .addSubcommand(new ProfileCommand());
                    case "versus" -> new CommandLine(new VersusCommand());
                    case "peers" -> new CommandLine(new PeersCommand());
                    default -> throw new IllegalArgumentException("no command is named '" + name + "'");
                };
        return command.setUsageHelpLongOptionsMaxWidth(26).setUsageHelpWidth(110);
    }

    private static int badCommandLine(ParameterException e, String[] arguments) {
        if (BadCommandLine.asksForHelp(e, arguments)) {
            e.getCommandLine().usage(System.out);
            return 0;
        }
        return complain(e.getCommandLine(), BadCommandLine.options(e, program(e.getCommandLine())));
    }

    private static int complain(CommandLine commandLine, String message) {
        commandLine.getErr().println(program(commandLine) + ": " + message);
        commandLine.getErr().flush();
        return BAD_INPUT;
    }

    /** "./run bench ab". */
    private static String program(CommandLine commandLine) {
        return commandLine.getCommandSpec().qualifiedName();
    }
}

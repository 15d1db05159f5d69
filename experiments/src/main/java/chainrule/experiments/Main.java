package chainrule.experiments;

import chainrule.backend.provider.DeviceException;
import chainrule.data.DataException;
import chainrule.experiments.cli.BadCommandLine;
import chainrule.experiments.cli.FatalError;
import chainrule.experiments.cli.NotFinite;
import chainrule.experiments.cli.StandardOutput;
import chainrule.experiments.cli.Startup;
import chainrule.experiments.conv.CifarAdversarialStudy;
import chainrule.experiments.conv.CifarStudy;
import chainrule.experiments.conv.MnistAdversarialStudy;
import chainrule.experiments.conv.MnistCnnStudy;
import chainrule.experiments.dense.ActivationStudy;
import chainrule.experiments.dense.DepthStudy;
import chainrule.experiments.dense.GradientStudy;
import chainrule.experiments.dense.LecunStudy;
import chainrule.experiments.inspect.DoctorCommand;
import chainrule.experiments.inspect.ExplainCommand;
import chainrule.experiments.inspect.KernelsCommand;
import chainrule.experiments.inspect.ListCommand;
import chainrule.experiments.inspect.ReplayCommand;
import chainrule.experiments.inspect.ReportCommand;
import chainrule.experiments.mask.MaskDetectCommand;
import chainrule.experiments.mask.MaskStudy;
import chainrule.experiments.predict.EvaluateCommand;
import chainrule.experiments.predict.PredictCommand;
import chainrule.experiments.report.OutputException;
import chainrule.experiments.soak.SoakStudy;
import chainrule.experiments.study.StudyInterrupted;
import chainrule.io.FormatException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.Stream;

/** The command line: {@code ./run <study> [options]}. */
@Command(
        name = "./run",
        description = "Trains and explains neural nets with the chainrule engine.",
        synopsisSubcommandLabel = "<study>",
        commandListHeading = "%nStudies and tools:%n",
        footer = {
            "",
            "./run <study> --help explains a study's options. ./run bench measures the speed of this machine."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "  0:done",
            "  1:failed",
            "  2:bad input: an option, a file, a shape",
            "  3:done, but a net diverged or gave an answer that is not finite",
            "130:stopped by Ctrl-C",
            "143:stopped by SIGTERM"
        },
        mixinStandardHelpOptions = true,
        version = "chainrule 0.1.0",
        subcommands = {
            DepthStudy.class,
            GradientStudy.class,
            LecunStudy.class,
            ActivationStudy.class,
            ExplainCommand.class,
            MnistCnnStudy.class,
            MnistAdversarialStudy.class,
            CifarStudy.class,
            CifarAdversarialStudy.class,
            MaskStudy.class,
            MaskDetectCommand.class,
            PredictCommand.class,
            EvaluateCommand.class,
            SoakStudy.class,
            ReportCommand.class,
            ReplayCommand.class,
            DoctorCommand.class,
            KernelsCommand.class,
            ListCommand.class
        })
public final class Main implements Runnable {
    /** Bad input: an option, a file, a shape. */
    private static final int BAD_INPUT = 2;

    /** The output is complete, but a net diverged or gave an answer that is not finite. */
    private static final int NOT_FINITE = 3;

    /** The exit status of an unexpected failure. */
    private static final int FAILED = 1;

    @Spec CommandSpec command;

    public static void main(String[] args) {
        Startup.prepare("./run", FAILED);
        System.exit(StandardOutput.finish("./run", execute(args)));
    }

    /**
     * Runs a command line and returns its exit status: 0 done, 1 failed, 2 bad input, 3 done, but a net diverged or
     * gave an answer that is not finite, 130 or 143 stopped by Ctrl-C or SIGTERM. For 1 to 3 it prints one line on
     * stderr.
     */
    public static int execute(String... args) {
        CommandLine commandLine =
                new CommandLine(new Main())
                        .setParameterExceptionHandler(Main::badCommandLine)
                        .setExecutionExceptionHandler((e, failing, _) -> failed(e, failing))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setUsageHelpLongOptionsMaxWidth(26)
                        .setUsageHelpWidth(110);
        try {
            return commandLine.execute(BadCommandLine.helpLast(commandLine, args));
        } catch (Error e) { // picocli passes only exceptions to its handlers
            return failed(e, commandLine);
        }
    }

    /** Prints the help if no study is given. */
    @Override
    public void run() {
        command.commandLine().usage(System.out);
    }

    private static int badCommandLine(ParameterException e, String[] args) {
        CommandLine commandLine = e.getCommandLine();
        boolean study = commandLine.getParent() != null;
        if (study && BadCommandLine.asksForHelp(e, args)) {
            commandLine.usage(System.out);
            return 0;
        }
        if (Stream.of(args).anyMatch(Main::undecodable)) {
            return complain(
                    commandLine,
                    "the character set "
                            + System.getProperty("sun.jnu.encoding")
                            + " of this terminal cannot express all letters of the command; set LC_ALL=C.UTF-8");
        }
        return complain(
                commandLine,
                !study && e instanceof UnmatchedArgumentException unmatched
                        ? BadCommandLine.study(commandLine, unmatched.getUnmatched().getFirst())
                        : BadCommandLine.options(e, study ? "./run " + commandLine.getCommandName() : "./run"));
    }

    /** True if Java could not decode an argument in the character set of the terminal. */
    private static boolean undecodable(String argument) {
        return argument.indexOf('\uFFFD') >= 0 && !System.getProperty("sun.jnu.encoding").equals("UTF-8");
    }

    private static int failed(Exception e, CommandLine commandLine) throws Exception {
        return switch (e) {
            case StudyInterrupted stopped -> {
                System.out.println(stopped.getMessage());
                yield stopped.status();
            }
            case NotFinite _ -> {
                complain(commandLine, e.getMessage());
                yield NOT_FINITE;
            }
            case DataException _,
                    FormatException _,
                    OutputException _,
                    UncheckedIOException _,
                    IllegalArgumentException _ ->
                    complain(commandLine, e.getMessage());
            case DeviceException _ -> {
                complain(commandLine, e.getMessage());
                yield FAILED;
            }
            default -> {
                Optional<Error> error = FatalError.causeOf(e);
                if (error.isEmpty()) {
                    throw e;
                }
                complain(commandLine, FatalError.message(error.get(), commandLine.getCommandSpec()));
                yield FAILED;
            }
        };
    }

    private static int failed(Error e, CommandLine commandLine) {
        if (!FatalError.expected(e)) {
            throw e;
        }
        ParseResult study = commandLine.getParseResult();
        CommandLine failing =
                study != null && study.hasSubcommand() ? study.subcommand().commandSpec().commandLine() : commandLine;
        complain(failing, FatalError.message(e, failing.getCommandSpec()));
        return FAILED;
    }

    private static int complain(CommandLine commandLine, String message) {
        PrintWriter err = commandLine.getErr();
        String study = commandLine.getParent() == null ? "" : " " + commandLine.getCommandName();
        err.println("./run" + study + ": " + message);
        err.flush();
        return BAD_INPUT;
    }
}

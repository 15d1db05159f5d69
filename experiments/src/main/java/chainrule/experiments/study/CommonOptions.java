package chainrule.experiments.study;

import chainrule.backend.provider.Backends;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.DeviceOptions;
import chainrule.experiments.cli.Shell;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.nio.file.Path;

/** The options every study understands. The help lists a study's own options first: these have a higher order. */
public final class CommonOptions {
    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--backend",
            order = 2,
            paramLabel = "NAME",
            defaultValue = Backends.BEST,
            description =
                    "reference, ejml, simd, cuda, or best: the first of cuda, simd, ejml, reference that works here"
                            + " (default: ${DEFAULT-VALUE})")
    String backend;

    @Mixin DeviceOptions device;

    @Option(
            names = "--threads",
            order = 3,
            paramLabel = "N",
            description = "CPU threads; the results do not depend on it (default: all processors)")
    Integer threads;

    @Option(
            names = "--seed",
            order = 3,
            paramLabel = "N",
            defaultValue = "2",
            description = "fixes every random choice: the same seed gives the same bits (default: ${DEFAULT-VALUE})")
    long seed;

    @Option(
            names = "--out",
            order = 3,
            paramLabel = "DIR",
            description = "where the report goes (default: out/<study>)")
    Path out;

    @Option(
            names = "--data",
            order = 3,
            paramLabel = "PATH",
            description =
                    "folder or archive with the data set (default: the MNIST that ships with the project; other data"
                            + " sets from $CHAINRULE_DATA or the user's cache, where CIFAR-10 is fetched to once)")
    Path data;

    @Option(
            names = "--checkpoint-every",
            order = 3,
            paramLabel = "TIME",
            defaultValue = "5m",
            description =
                    "how often to write a checkpoint: a time such as 30s, 5m or 2h, a number of steps, or"
                            + " never (default: ${DEFAULT-VALUE})")
    String checkpointEvery;

    @Option(
            names = "--resume",
            order = 3,
            description = "continues an earlier run of the same command from its last checkpoint, to the same bits")
    boolean resume;

    @Option(
            names = {"-h", "--help"},
            order = 4,
            usageHelp = true,
            description = "Show this help message and exit.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            order = 4,
            versionHelp = true,
            description = "Print version information and exit.")
    boolean version;

    /** The seed of every random choice. */
    public long seed() {
        return seed;
    }

    /** The folder or archive with the data set, or null for the default location. */
    public Path data() {
        return data;
    }

    int threads() {
        return Checks.threads(threads);
    }

    Interval checkpointEvery() {
        return Interval.parse("--checkpoint-every", checkpointEvery);
    }

    String study() {
        return command.name();
    }

    Path out() {
        return out == null ? Path.of("out", study()) : out;
    }

    /** The command line as typed, quoted for a shell. */
    String commandLine() {
        return Shell.command("./run", command.root().commandLine().getParseResult().originalArgs());
    }
}

package chainrule.experiments.cli;

import chainrule.backend.Backends;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.nio.file.Path;

/** The options every study understands. */
public final class CommonOptions {
    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = Backends.BEST,
            description =
                    "reference, ejml, simd, cuda, or best for the fastest that works here (default: ${DEFAULT-VALUE})")
    String backend;

    @Mixin DeviceOptions device;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "CPU threads; the results do not depend on it (default: all processors)")
    Integer threads;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "2",
            description = "fixes every random choice: the same seed gives the same bits (default: ${DEFAULT-VALUE})")
    long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "where the report goes (default: out/<study>)")
    Path out;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "folder with the data set's files (default: the MNIST that ships with the project)")
    Path data;

    /** Which number fixes every random choice. */
    public long seed() {
        return seed;
    }

    /** The folder with the data set's files, or null for the shipped one. */
    public Path data() {
        return data;
    }

    int threads() {
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        Checks.atLeast("--threads", count, 1);
        return count;
    }

    String study() {
        return command.name();
    }

    Path out() {
        return out == null ? Path.of("out", study()) : out;
    }

    /** What the user typed. */
    String commandLine() {
        return "./run " + String.join(" ", command.root().commandLine().getParseResult().originalArgs());
    }
}

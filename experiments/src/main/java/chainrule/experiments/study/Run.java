package chainrule.experiments.study;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.experiments.cli.Clock;
import chainrule.experiments.cli.NotFinite;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.OutputException;
import chainrule.experiments.report.Report;
import chainrule.train.Checkpoints;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * One run of a study: its backend, its output directory, and the facts that header, report and results.json share.
 */
public final class Run implements AutoCloseable {
    private final String study;
    private final Backend backend;
    private final Scope scope;
    private final OutputDirectory out;
    private final Interval checkpointEvery;
    private final CheckpointFolder checkpoints;
    private final CommonOptions options;
    private String next;
    private StopSignal stop;
    private final long start = System.nanoTime();
    private final SequencedMap<String, Object> facts = new LinkedHashMap<>();

    private Run(CommonOptions options, Backends.Choice choice, OutputDirectory out) {
        this.study = options.study();
        this.backend = choice.backend();
        this.scope = backend.openScope(study);
        this.out = out;
        this.checkpointEvery = options.checkpointEvery();
        this.checkpoints = new CheckpointFolder(out.path(), options.resume);
        this.options = options;
        this.next = "resume with: " + options.commandLine() + (options.resume ? "" : " --resume");
        facts.put("command", options.commandLine());
        facts.put("backend", backend.name() + ": " + backend.description() + " (" + choice.reason() + ")");
        facts.put("threads", options.threads());
        facts.put("seed", options.seed());
        facts.put("JDK", System.getProperty("java.version") + ", " + System.getProperty("java.vm.vendor"));
    }

    /**
     * Opens the backend and creates the output directory. Check the options first.
     *
     * @throws IllegalArgumentException if the backend is unknown or does not work on this machine
     * @throws OutputException if the directory cannot be written
     */
    public static Run open(CommonOptions options) {
        options.checkpointEvery(); // throws before anything is created
        Backends.Choice choice = Backends.open(options.backend, options.device.setup(options.threads()));
        try {
            return new Run(options, choice, OutputDirectory.open(options.out()));
        } catch (OutputException e) {
            choice.backend().close();
            throw e;
        }
    }

    /**
     * Declares that the results describe this process only, so that no later process can resume the run.
     *
     * @throws IllegalArgumentException if the options ask to resume one
     */
    public Run ofOneProcess() {
        next = "start over with: " + options.commandLine();
        if (options.resume) {
            throw new IllegalArgumentException(
                    "--resume: this study measures a single process and cannot continue an earlier one");
        }
        return this;
    }

    /** Adds a line to the header, the report and the results. */
    public Run fact(String name, Object value) {
        facts.put(name, value);
        return this;
    }

    /** Prints the header. */
    public Run header() {
        System.out.println("chainrule " + study);
        facts.forEach((name, value) -> System.out.printf(Locale.ROOT, "  %-10s %s%n", name, value));
        System.out.printf(Locale.ROOT, "  %-10s %s%n%n", "out", out.path());
        return this;
    }

    public Backend backend() {
        return backend;
    }

    public OutputDirectory out() {
        return out;
    }

    /**
     * The checkpoints of one net, as --checkpoint-every and --resume ask for; they also stop its training at Ctrl-C:
     * {@code trainer.checkpoint(run.checkpoints("tanh 5"))}.
     *
     * @param net its name, unique within the study
     * @return null if no checkpoints are written
     */
    public Checkpoints checkpoints(String net) {
        if (checkpointEvery.never()) {
            return null;
        }
        if (stop == null) {
            stop = new StopSignal("stopping after this step");
        }
        return checkpointEvery.apply(checkpoints.of(net)).stopWhen(stop::raised);
    }

    /** Deletes the checkpoints of the nets trained so far; nothing can resume them. */
    public void deleteCheckpoints() {
        checkpoints.delete();
    }

    /** Whether a signal has asked the run to stop. */
    public boolean interrupted() {
        return stop != null && stop.raised();
    }

    /** @throws StudyInterrupted if a signal has asked the run to stop */
    public void requireUninterrupted() {
        if (interrupted()) {
            throw new StudyInterrupted("stopped by " + stop.name() + "; " + next, stop.status());
        }
    }

    /** Seconds since the run began. */
    public double elapsed() {
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * Runs a training that adds to the finished results. If a signal stops it, the results so far are enough for a
     * partial report.
     *
     * @throws StudyInterrupted if a signal stops it before the first result
     */
    public void untilInterrupted(Collection<?> finished, Runnable training) {
        try {
            training.run();
        } catch (StudyInterrupted stopped) {
            if (finished.isEmpty()) {
                throw stopped;
            }
        }
    }

    /** The facts of the run up to now, for the report and results.json. */
    public RunFacts facts() {
        String partial = interrupted() ? "stopped by " + stop.name() + " before the end; " + next : null;
        return new RunFacts(study, new LinkedHashMap<>(facts), partial, elapsed());
    }

    /**
     * Writes the report, its figures and results.json, and prints their path.
     *
     * @param facts the same as in the report
     * @throws StudyInterrupted after writing, if the report is partial
     * @throws NotFinite after writing, if a net diverged or gave no answer
     */
    public void write(RunFacts facts, StudyResults results, Report report) {
        out.write(RunFacts.FILE, facts.json(results));
        out.write(report);
        Path written = out.path().resolve("report.html");
        if (facts.partial() != null) {
            System.out.printf(Locale.ROOT, "%npartial report: %s%n", written);
            requireUninterrupted();
        }
        checkpoints.delete();
        System.out.printf(Locale.ROOT, "%nfinished in %s: %s%n", Clock.words(facts.elapsedSeconds()), written);
        if (!results.notFinite().isEmpty()) {
            throw new NotFinite(results.notFinite());
        }
    }

    @Override
    public void close() {
        if (stop != null) {
            stop.close();
        }
        scope.close();
        backend.close();
        out.deleteIfEmpty();
    }
}

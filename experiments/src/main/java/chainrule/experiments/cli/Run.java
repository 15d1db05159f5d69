package chainrule.experiments.cli;

import chainrule.backend.Backend;
import chainrule.backend.Backends;
import chainrule.backend.Scope;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.OutputException;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.StudyResults;
import chainrule.train.Checkpoints;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * One run of a study: its backend, its output directory, and the facts that its header, its report and its results.json
 * share.
 */
public final class Run implements AutoCloseable {
    private final String study;
    private final Backend backend;
    private final Scope scope;
    private final OutputDirectory out;
    private final Interval checkpointEvery;
    private final CheckpointFolder checkpoints;
    private final CommonOptions options;
    private String goOn;
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
        this.goOn = "go on with: " + options.commandLine() + (options.resume ? "" : " --resume");
        facts.put("command", options.commandLine());
        facts.put("backend", backend.name() + ": " + backend.description() + " (" + choice.reason() + ")");
        facts.put("threads", options.threads());
        facts.put("seed", options.seed());
        facts.put("JDK", System.getProperty("java.version") + ", " + System.getProperty("java.vm.vendor"));
    }

    /**
     * Opens the backend and the output directory. Call it when the options have been checked: it creates the directory.
     *
     * @throws IllegalArgumentException if there is no such backend or it does not work here
     * @throws OutputException if the directory cannot be written
     */
    public static Run open(CommonOptions options) {
        options.checkpointEvery(); // complains before anything is created
        Backends.Choice choice = Backends.open(options.backend, options.device.setup(options.threads()));
        try {
            return new Run(options, choice, OutputDirectory.open(options.out()));
        } catch (OutputException e) {
            choice.backend().close();
            throw e;
        }
    }

    /**
     * Says that the run's results are about one process, so that another cannot go on with it.
     *
     * @throws IllegalArgumentException if it is to
     */
    public Run ofOneProcess() {
        goOn = "begin anew with: " + options.commandLine();
        if (options.resume) {
            close();
            throw new IllegalArgumentException("--resume: what one process began, no other can go on with here");
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
     * Where a net's training keeps its checkpoints, as --checkpoint-every and --resume say, and who stops it at Ctrl-C:
     * {@code trainer.checkpoint(run.checkpoints("tanh 5"))}.
     *
     * @param net a name that no other net of the study has
     * @return null for none
     */
    public Checkpoints checkpoints(String net) {
        if (checkpointEvery.never()) {
            return null;
        }
        if (stop == null) {
            stop = new StopSignal();
        }
        return checkpointEvery.apply(checkpoints.of(net)).stopWhen(stop::raised);
    }

    /** Deletes the checkpoints of the nets so far: nothing will go on with them. */
    public void forgetCheckpoints() {
        checkpoints.delete();
    }

    /** Whether a signal has asked the run to stop. */
    public boolean interrupted() {
        return stop != null && stop.raised();
    }

    /** @throws StudyInterrupted if a signal has asked the run to stop */
    public void requireUninterrupted() {
        if (interrupted()) {
            throw new StudyInterrupted("stopped by " + stop.name() + "; " + goOn, stop.status());
        }
    }

    /** Seconds since the run began. */
    public double elapsed() {
        return (System.nanoTime() - start) / 1e9;
    }

    /** The circumstances up to now, for a report and its results.json. */
    public RunFacts facts() {
        String partial = interrupted() ? "stopped by " + stop.name() + " before the end; " + goOn : null;
        return new RunFacts(study, new LinkedHashMap<>(facts), partial, elapsed());
    }

    /**
     * Writes report, figures and results.json, and says where.
     *
     * @param facts the report's
     * @throws StudyInterrupted after that, if the report is a partial one
     * @throws NotFinite after that, if a net diverged or gave no answer
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

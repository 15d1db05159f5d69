package chainrule.experiments.study;

import picocli.CommandLine.Mixin;

import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * A command that runs an experiment and writes a report about it. A subclass checks its options, names its facts,
 * trains and describes what it found; this class opens the run, prints its header, and writes the report, also after
 * an interruption.
 *
 * @param <R> the results, as results.json holds them
 */
public abstract class Study<R extends StudyResults> implements Callable<Integer> {
    @Mixin protected CommonOptions common;

    /** The study's name on the command line. */
    protected final String name() {
        return common.study();
    }

    /**
     * Checks the options and reads the data. Nothing has been created yet.
     *
     * @throws IllegalArgumentException naming the option that is out of range
     */
    protected abstract void prepare();

    /** Adds the facts of this study: its data, its recipe. */
    protected abstract void describe(Run run);

    /**
     * Trains and evaluates.
     *
     * @return what has been finished when a signal interrupts the run
     * @throws StudyInterrupted if that is nothing
     */
    protected abstract R train(Run run);

    /** What the console and the report say about the results. Called before the run closes its backend. */
    protected abstract StudyReport report(RunFacts facts, R results);

    /** The exit status of a run that wrote its report. */
    protected int status(R results) {
        return 0;
    }

    @Override
    public final Integer call() {
        prepare();
        try (Run run = Run.open(common)) {
            describe(run);
            run.header();
            R results = train(run);
            RunFacts facts = run.facts();
            StudyReport report = report(facts, results);
            System.out.printf(Locale.ROOT, "%n%s", report.console());
            run.write(facts, results, report.report());
            return status(results);
        }
    }
}

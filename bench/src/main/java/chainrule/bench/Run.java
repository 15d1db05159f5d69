package chainrule.bench;

import chainrule.experiments.cli.Clock;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.study.StopSignal;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Measures the jobs of a plan in order. results.json is written after each job. When the process is told to end, by Ctrl-C for
 * example, the current job is given up, and the report of the earlier jobs is written.
 */
final class Run {
    private final Settings settings;
    private final OutputDirectory directory;
    private final SequencedMap<String, Object> facts;
    private final SequencedMap<Job, List<Measurement>> measured = new LinkedHashMap<>();
    private final List<RunResult> exported = new ArrayList<>();
    private final ResultFormatType format;
    private StopSignal stop;

    /**
     * @param facts of results.json, to which this adds
     * @param format of JMH's own results, or null
     */
    Run(Settings settings, OutputDirectory directory, SequencedMap<String, Object> facts, ResultFormatType format) {
        this.settings = settings;
        this.directory = directory;
        this.facts = facts;
        this.format = format;
    }

    /**
     * Measures the jobs that are not known yet.
     *
     * @param known measurements of an earlier run of the same plan
     * @param budgetSeconds no job begins if it is expected to end later
     */
    void measure(List<Job> plan, Map<Job, List<Measurement>> known, double budgetSeconds) {
        plan.forEach(job -> measured.put(job, known.getOrDefault(job, List.of())));
        List<Job> todo = plan.stream().filter(job -> !known.containsKey(job)).toList();
        long start = System.nanoTime();
        try (StopSignal signal = new StopSignal("stopping: the case that runs is not kept", Run::endForks)) {
            stop = signal;
            double expected = 0;
            for (int i = 0; i < todo.size() && !stop.raised(); i++) {
                double elapsed = seconds(start);
                double pace = expected == 0 ? 1 : elapsed / expected;
                if (elapsed + pace * todo.get(i).expectedSeconds(settings) > budgetSeconds) {
                    facts.put("not measured", cases(todo.size() - i) + ", the budget is spent; --resume continues");
                    break;
                }
                measure(todo.get(i));
                expected += todo.get(i).expectedSeconds(settings);
                if (!stop.raised()) {
                    double rest =
                            todo.subList(i + 1, todo.size()).stream()
                                    .mapToDouble(j -> j.expectedSeconds(settings))
                                    .sum();
                    print(i + 1, todo.size(), todo.get(i), rest * seconds(start) / expected);
                }
                facts.put("elapsed", Clock.words(seconds(start)));
                directory.write("results.json", Json.write(results()));
            }
            if (stop.raised()) {
                facts.put("not measured", "the run was ended; --resume continues");
            }
            directory.write(new BenchReport(results()).report(), results());
        }
    }

    /** The exit status that the run's end asks for: 128 and the number of a signal; else 0. */
    int status() {
        return stop.raised() ? stop.status() : 0;
    }

    private static void endForks() {
        ProcessHandle.current().children().forEach(ProcessHandle::destroy);
    }

    private void measure(Job job) {
        try {
            List<Measurement> found =
                    switch (job) {
                        case Case c -> {
                            RunResult result = c.run(settings);
                            exported.add(result);
                            yield List.of(c.measurement(result));
                        }
                        case PeakCase peak -> peak.measure(settings);
                    };
            measured.put(job, found);
            if (format != null && !exported.isEmpty()) {
                export();
            }
        } catch (FailedCaseException e) {
            if (!stop.raised()) {
                measured.put(job, List.of(job.failed(e.getMessage())));
            }
        }
    }

    private void export() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(format, out).writeOut(exported);
        }
        directory.write("jmh." + format.name().toLowerCase(Locale.ROOT), bytes.toByteArray());
    }

    private void print(int number, int of, Job job, double restSeconds) {
        Roofs roofs = new Roofs(results().measurements());
        String rest = number == of ? "" : "  " + Clock.words(restSeconds) + " left";
        for (Measurement m : measured.get(job)) {
            if (!m.measured()) {
                System.out.printf(Locale.ROOT, "%3d/%d  %s failed: %s%n", number, of, m.name(), m.failure());
            }
        }
        if (job instanceof PeakCase peak && measured.get(job).stream().allMatch(Measurement::measured)) {
            double most =
                    measured.get(job).stream()
                            .filter(m -> m.family().equals(Family.BYTE_PEAK.label()))
                            .mapToDouble(Measurement::bestRate)
                            .max()
                            .orElse(Double.NaN);
            System.out.printf(
                    Locale.ROOT,
                    "%3d/%d  %-44s %2d  %.1f GFLOP/s, at most %.1f GB/s%s%n",
                    number,
                    of,
                    "peaks of " + peak.backend(),
                    peak.threads(),
                    roofs.multiplyAdds(peak.backend(), peak.threads()),
                    most,
                    rest);
            return;
        }
        for (Measurement m : measured.get(job)) {
            if (m.measured()) {
                double fraction = roofs.fraction(m);
                System.out.printf(
                        Locale.ROOT,
                        "%3d/%d  %-11s %-32s %-8s %2d  %9s ±%4.1f %%%-2s %8.1f %-7s  %-12s%s%n",
                        number,
                        of,
                        m.family(),
                        m.what(),
                        m.backend(),
                        m.threads(),
                        BenchReport.time(m.median()),
                        50 * m.spread(),
                        m.warning(),
                        m.rate(),
                        m.work().unit().rate(),
                        Double.isNaN(fraction) ? "" : String.format(Locale.ROOT, "%.0f %% of roof", 100 * fraction),
                        rest);
            }
        }
    }

    /** What has been measured so far, in the order of the plan. */
    Results results() {
        return new Results(facts, measured.values().stream().flatMap(List::stream).toList());
    }

    /** The cases that failed. */
    long failures() {
        return results().measurements().stream().filter(m -> !m.measured()).count();
    }

    /** "1 case", "12 cases". */
    static String cases(int count) {
        return count + (count == 1 ? " case" : " cases");
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}

package chainrule.bench;

import chainrule.bench.path.PrimitiveBenchmark;
import chainrule.bench.path.Work;
import chainrule.bench.path.Workbench;

import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** One benchmark method with its parameters. */
record Case(
        Family family,
        Class<? extends Workbench> benchmark,
        String operation,
        String shape,
        String backend,
        int threads,
        Work work)
        implements Job {
    /** The name in place of a backend when the machine itself is measured. */
    static final String MACHINE = "machine";

    /** The backend that runs on a separate device: neither the machine's peaks nor its threads apply to it. */
    static final String GPU = "cuda";

    @Override
    public String name() {
        return family.label() + " " + operation + " " + shape + " " + backend + " " + threads;
    }

    @Override
    public double expectedSeconds(Settings settings) {
        return settings.seconds(family);
    }

    /** Runs the benchmark in JMH's forks. @throws FailedCaseException if it cannot be measured */
    RunResult run(Settings settings) {
        try {
            return new Runner(options(settings).build()).runSingle();
        } catch (RunnerException | RuntimeException e) { // JMH throws both when a fork or a profiler fails
            throw new FailedCaseException(reason(e), e);
        }
    }

    private ChainedOptionsBuilder options(Settings settings) {
        boolean primitive = benchmark == PrimitiveBenchmark.class;
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include(
                                "^" + Pattern.quote(benchmark.getName() + "." + (primitive ? "call" : operation)) + "$")
                        .param("shape", shape)
                        .param("backend", backend)
                        .param("threads", String.valueOf(threads))
                        .param("device", backend.equals(GPU) ? settings.device() : "")
                        .addProfiler(QuietFork.class)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .forks(settings.forks())
                        .warmupIterations(1)
                        .warmupTime(TimeValue.milliseconds(settings.warmUpMillis(family)))
                        .measurementIterations(settings.windows())
                        .measurementTime(TimeValue.milliseconds(settings.windowMillis(family)));
        if (primitive) {
            options.param("set", family.label()).param("operation", operation);
        }
        for (String profiler : settings.profilers()) {
            String[] parts = profiler.split(":", 2);
            if (parts.length > 1) {
                options.addProfiler(parts[0], parts[1]);
            } else {
                options.addProfiler(parts[0]);
            }
        }
        return options;
    }

    /** The innermost message of a failure, on one line. */
    static String reason(Throwable failure) {
        Throwable inner = failure;
        while (true) {
            Throwable next = inner.getSuppressed().length > 0 ? inner.getSuppressed()[0] : inner.getCause();
            if (next == null || next == inner) {
                break;
            }
            inner = next;
        }
        String message = inner.getMessage() == null ? inner.getClass().getSimpleName() : inner.getMessage();
        List<String> lines = message.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return lines.isEmpty() ? inner.getClass().getSimpleName() : lines.getFirst().replaceFirst("^ERROR: ", "");
    }

    /** The windows of each fork, and the results of the profilers. */
    Measurement measurement(RunResult result) {
        List<List<Double>> nanos =
                result.getBenchmarkResults().stream()
                        .map(
                                fork ->
                                        fork.getIterationResults().stream()
                                                .map(IterationResult::getPrimaryResult)
                                                .map(window -> window.getScore())
                                                .toList())
                        .toList();
        SequencedMap<String, Double> profiles = new LinkedHashMap<>();
        result.getSecondaryResults().forEach((name, r) -> profiles.put(name.replace("·", ""), r.getScore()));
        return new Measurement(family.label(), operation, shape, backend, threads, work, nanos).profiled(profiles);
    }

    @Override
    public Measurement failed(String reason) {
        return Measurement.failed(family.label(), operation, shape, backend, threads, work, reason);
    }

    @Override
    public String toString() {
        return name();
    }
}

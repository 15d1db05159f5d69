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

import java.util.List;
import java.util.regex.Pattern;

/** One benchmark method with its parameters. */
record Case(
        Family family,
        Class<? extends Workbench> benchmark,
        String operation,
        String shape,
        String backend,
        int threads,
        Work work) {
    /** The name in place of a backend when the machine itself is measured. */
    static final String MACHINE = "machine";

    /** The backend that runs on a separate device: neither the machine's peaks nor its threads apply to it. */
    static final String GPU = "cuda";

    private static final int QUICK_ITERATIONS = 3;
    private static final TimeValue QUICK_WARM_UP = TimeValue.seconds(1);
    private static final TimeValue QUICK_TIME = TimeValue.milliseconds(200);

    /**
     * Runs the benchmark in separate JVMs.
     *
     * @param quick one JVM and short times: checks that it works, not how fast it is
     * @param device the device of the GPU backend; "" for its default
     */
    Measurement measure(boolean quick, String device) {
        boolean primitive = benchmark == PrimitiveBenchmark.class;
        String method = primitive ? "call" : operation;
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include("^" + Pattern.quote(benchmark.getName() + "." + method) + "$")
                        .param("shape", shape)
                        .param("backend", family.peak() ? "simd" : backend)
                        .param("threads", String.valueOf(threads))
                        .param("device", backend.equals(GPU) ? device : "")
                        .addProfiler(QuietFork.class)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true);
        if (primitive) {
            options.param("set", family.label()).param("operation", operation);
        }
        if (quick) {
            options.forks(1)
                    .warmupIterations(1)
                    .warmupTime(QUICK_WARM_UP)
                    .measurementIterations(QUICK_ITERATIONS)
                    .measurementTime(QUICK_TIME);
        }
        try {
            return measurement(new Runner(options.build()).runSingle());
        } catch (RunnerException e) {
            throw new IllegalStateException(this + " failed: " + e.getMessage(), e);
        }
    }

    private Measurement measurement(RunResult result) {
        List<Double> nanos =
                result.getBenchmarkResults().stream()
                        .flatMap(fork -> fork.getIterationResults().stream())
                        .map(IterationResult::getPrimaryResult)
                        .map(iteration -> iteration.getScore())
                        .toList();
        return new Measurement(family.label(), operation, shape, backend, threads, work.unit(), work.amount(), nanos);
    }

    @Override
    public String toString() {
        return family.label() + " " + operation + " " + shape + " " + backend + " " + threads;
    }
}

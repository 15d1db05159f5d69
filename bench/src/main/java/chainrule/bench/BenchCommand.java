package chainrule.bench;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.Clock;
import chainrule.experiments.cli.Shell;
import chainrule.experiments.report.OutputDirectory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command {@code ./run bench}: measures sets of benchmarks and writes a report. */
@Command(
        name = "./run bench",
        description =
                "Measures matrix products, convolutions, other primitives and whole training steps: backend against"
                        + " backend, and against the machine's own peak.",
        footer = {
            "",
            "Times are medians over JMH's iterations. Measure on an otherwise idle machine.",
            "Example: ./run bench --set steps --backends simd --against bench/results/pytorch/ours-3/results.json"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchCommand implements Runnable {
    @Spec CommandSpec command;

    @Option(
            names = "--set",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "steps",
            description =
                    "steps, capture, gemm, convolution, im2col, pooling, batchnorm, loss, elementwise, optimizer,"
                            + " transfer; kernels for all but the first two; all (default: ${DEFAULT-VALUE})")
    List<String> sets;

    @Option(
            names = "--backends",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "cuda,simd,ejml",
            description =
                    "reference, ejml, simd, cuda, best; backends that do not work here are skipped (default:"
                            + " ${DEFAULT-VALUE})")
    List<String> backends;

    @Option(
            names = "--threads",
            paramLabel = "N,…",
            hideParamSyntax = true,
            split = ",",
            description = "CPU threads of the backends (default: 1, and all processors)")
    List<Integer> threads;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description =
                    "for cuda: the number of the GPU, or emulated, to check that it works; emulated times say nothing"
                            + " about a GPU (default: 0)")
    String device = "";

    @Option(
            names = "--against",
            paramLabel = "FILE",
            description = "an earlier results.json: reports what changed beyond noise")
    Path against;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out/bench",
            description = "the folder of the report (default: ${DEFAULT-VALUE})")
    Path out;

    @Option(names = "--quick", description = "one JVM and short times per case: to check that it works, not its speed")
    boolean quick;

    @Option(
            names = "--render",
            paramLabel = "DIR",
            description = "do not measure; render the report of DIR again, from its results.json")
    Path render;

    @Override
    public void run() {
        if (render == null) {
            measure();
        } else {
            Results results = Results.read(render.resolve("results.json"));
            OutputDirectory.open(render).write(new BenchReport(results, null, null).report());
            System.out.println(render.resolve("report.html"));
        }
    }

    private void measure() {
        Set<Family> families = new TreeSet<>();
        sets.forEach(name -> families.addAll(Family.set(name)));
        List<Integer> counts =
                threads == null
                        ? Stream.of(1, Runtime.getRuntime().availableProcessors()).distinct().toList()
                        : threads.stream().distinct().toList();
        counts.forEach(Checks::threads);
        List<String> leftOut = new ArrayList<>();
        SequencedMap<String, String> descriptions = new LinkedHashMap<>();
        backends.forEach(name -> open(name, descriptions, leftOut));
        if (descriptions.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", leftOut));
        }
        List<String> names = List.copyOf(descriptions.keySet());
        if (names.contains(Case.GPU) && families.contains(Family.STEPS)) {
            families.add(Family.TRANSFER); // a step on a GPU is compared with its upload
        }
        Results earlier = against == null ? null : Results.read(against);
        OutputDirectory directory = OutputDirectory.open(out);

        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        facts.put("command", Shell.command("./run bench", command.commandLine().getParseResult().originalArgs()));
        facts.putAll(Machine.facts());
        facts.put("threads", counts.toString().replaceAll("[\\[\\]]", ""));
        if (descriptions.containsKey(Case.GPU)) {
            facts.put(Case.GPU, descriptions.get(Case.GPU));
        }
        if (!leftOut.isEmpty()) {
            facts.put("left out", leftOut.stream().map(BenchCommand::firstLine).collect(Collectors.joining("; ")));
        }
        System.out.println("chainrule bench");
        facts.forEach((name, value) -> System.out.printf(Locale.ROOT, "  %-10s %s%n", name, value));
        System.out.printf(Locale.ROOT, "  %-10s %s%n%n", "out", directory.path());

        long start = System.nanoTime();
        List<Case> cases = Family.withPeaks(families).stream().flatMap(f -> f.cases(names, counts).stream()).toList();
        List<Measurement> measured = measure(cases);
        facts.put("elapsed", Clock.words((System.nanoTime() - start) / 1e9));
        Results results = new Results(facts, measured);
        Comparison comparison = earlier == null ? null : Comparison.of(earlier.measurements(), measured);
        directory.write(new BenchReport(results, earlier, comparison).report(), results);
        Crossover crossover = Crossover.of(measured);
        if (!crossover.rows().isEmpty()) {
            System.out.printf(Locale.ROOT, "%n%s", BenchReport.table(crossover).plain());
        }
        UploadFraction uploads = UploadFraction.of(measured);
        if (!uploads.rows().isEmpty()) {
            System.out.printf(Locale.ROOT, "%n%s", BenchReport.table(uploads).plain());
        }
        if (comparison != null) {
            System.out.printf(Locale.ROOT, "%n%s", BenchReport.table(comparison).plain());
            System.out.println(comparison.summary());
        }
        CaptureCost capture = CaptureCost.of(measured);
        if (!capture.rows().isEmpty()) {
            System.out.printf(Locale.ROOT, "%n%s%n", capture.summary());
        }
        System.out.printf(
                Locale.ROOT,
                "%nfinished in %s: %s%n",
                results.text("elapsed"),
                directory.path().resolve("report.html"));
    }

    /** Records the description of a backend, or the reason why it does not work here. */
    private void open(String name, Map<String, String> descriptions, List<String> leftOut) {
        boolean known = Backends.providers().stream().anyMatch(provider -> provider.name().equals(name));
        Setup setup = new Setup(1, name.equals(Case.GPU) ? device : "", false);
        try (Backend backend = Backends.open(name, setup).backend()) {
            descriptions.putIfAbsent(backend.name(), backend.description());
        } catch (IllegalArgumentException e) {
            if (!known || setup.asksForDevice()) {
                throw e;
            }
            leftOut.add(e.getMessage());
        }
    }

    /** The first line of an explanation that may have several. */
    private static String firstLine(String reason) {
        List<String> lines = reason.lines().toList();
        return lines.getFirst() + (lines.size() > 1 ? "; ./run doctor says more" : "");
    }

    private List<Measurement> measure(List<Case> cases) {
        List<Measurement> measured = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            Measurement m = cases.get(i).measure(quick, device);
            measured.add(m);
            double fraction = new Peaks(measured).fraction(m);
            System.out.printf(
                    Locale.ROOT,
                    "%3d/%d  %-11s %-32s %-8s %2d  %14s ±%4.1f %%  %8.1f %-7s  %s%n",
                    i + 1,
                    cases.size(),
                    m.family(),
                    m.what(),
                    m.backend(),
                    m.threads(),
                    BenchReport.time(m.median()),
                    50 * m.spread(),
                    m.rate(),
                    m.unit().rate(),
                    cases.get(i).family().peak() || Double.isNaN(fraction)
                            ? ""
                            : String.format(Locale.ROOT, "%.0f %% of peak", 100 * fraction));
        }
        return measured;
    }
}

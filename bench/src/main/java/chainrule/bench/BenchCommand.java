package chainrule.bench;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.bench.machine.Machine;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.Clock;
import chainrule.experiments.cli.Shell;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.study.Interval;

import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.options.ProfilerConfig;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command {@code ./run bench}: measures sets of benchmarks and writes a report. */
@Command(
        name = "./run bench",
        description =
                "Measures matrix products, convolutions, other primitives and whole training steps: backend against"
                        + " backend, and against what the machine allows.",
        footer = {
            "",
            "Times are medians over the windows of all forks, without the warm-up. A spread (interquartile range) above"
                    + " 10 %% of the median is marked with !, above 25 %% with !!. Results are written after each case;"
                    + " Ctrl-C keeps them.",
            "Example: ./run bench --set gemm --filter simd --shape 512x512x512 --threads 1 --budget 5m"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchCommand implements Callable<Integer> {
    @Spec CommandSpec command;

    @Option(
            names = "--set",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "steps",
            description =
                    "steps, capture, gemm, convolution, im2col, pooling, batchnorm, loss, elementwise, optimizer,"
                            + " transfer, inference, input, model-file, start; kernels for all that are primitives; all"
                            + " (default: ${DEFAULT-VALUE})")
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
            names = "--filter",
            paramLabel = "REGEX",
            description =
                    "only cases whose name contains a match; a name is family, operation, shape, backend and threads,"
                            + " such as 'gemm matmul A·B 128x32x32 simd 1'")
    String filter = "";

    @Option(
            names = "--shape",
            paramLabel = "SHAPE,…",
            hideParamSyntax = true,
            split = ",",
            description =
                    "shapes of your own in place of a set's, written like them: 512x512x512, 64-64@56 (k5: a 5×5"
                            + " kernel, s2: stride 2, v: no padding), a length, a net")
    List<String> shapes = List.of();

    @Option(
            names = "--forks",
            paramLabel = "N",
            description = "JVMs for each case; comparing runs takes at least 3, better 5 (default: 2; with --quick 1)")
    Integer forks;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            description =
                    "starts no case that is expected to end after so long, such as 90s, 20m or 1.5h (default: none)")
    String budget;

    @Option(
            names = "--resume",
            description = "keep the cases that results.json of the output folder has, if plan and machine are the same")
    boolean resume;

    @Option(
            names = "--prof",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            description = "JMH's profilers, such as gc or perfnorm; their results are in results.json and the report")
    List<String> profilers = List.of();

    @Option(
            names = "--format",
            paramLabel = "json|csv|text",
            description = "also write JMH's own results of this run, as jmh.json, jmh.csv or jmh.text")
    String format;

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
    public Integer call() {
        if (render == null) {
            return measure();
        }
        Results results = Results.read(render.resolve("results.json"));
        OutputDirectory.open(render).write(new BenchReport(results).report());
        System.out.println(render.resolve("report.html"));
        return 0;
    }

    private int measure() {
        Set<Family> families = new TreeSet<>();
        sets.forEach(name -> families.addAll(Family.set(name)));
        List<Integer> counts =
                threads == null
                        ? Stream.of(1, Runtime.getRuntime().availableProcessors()).distinct().toList()
                        : threads.stream().distinct().toList();
        counts.forEach(Checks::threads);
        Settings settings = settings();
        ResultFormatType export = format == null ? null : format();
        double seconds = budget == null ? Double.POSITIVE_INFINITY : Interval.time("--budget", budget).toSeconds();
        Pattern pattern = pattern("--filter", filter);
        List<String> leftOut = new ArrayList<>();
        SequencedMap<String, String> descriptions = new LinkedHashMap<>();
        backends.forEach(name -> open(name, descriptions, leftOut));
        if (descriptions.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", leftOut));
        }
        List<String> names = List.copyOf(descriptions.keySet());
        if (names.contains(Case.GPU) && families.contains(Family.STEPS) && shapes.isEmpty()) {
            families.add(Family.TRANSFER); // a step on a GPU is compared with its upload
        }
        List<Job> plan = plan(cases(families, names, counts, pattern), counts.getFirst());

        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        facts.put("command", Shell.command("./run bench", command.commandLine().getParseResult().originalArgs()));
        facts.putAll(Machine.facts());
        facts.put("threads", counts.toString().replaceAll("[\\[\\]]", ""));
        facts.put("settings", settings.toString());
        if (descriptions.containsKey(Case.GPU)) {
            facts.put(Case.GPU, descriptions.get(Case.GPU));
        }
        if (!leftOut.isEmpty()) {
            facts.put("left out", leftOut.stream().map(BenchCommand::firstLine).collect(Collectors.joining("; ")));
        }
        Map<Job, List<Measurement>> known = resume ? known(plan, facts) : Map.of();
        OutputDirectory directory = OutputDirectory.open(out);
        print(facts, plan, known, settings, directory);

        Run run = new Run(settings, directory, facts, export);
        run.measure(plan, known, seconds);
        finish(run.results(), directory);
        if (run.failures() > 0) {
            System.out.printf(Locale.ROOT, "%d of %d cases failed%n", run.failures(), plan.size());
        }
        return run.status() != 0 ? run.status() : run.failures() > 0 ? 1 : 0;
    }

    private Settings settings() {
        int count = forks == null ? (quick ? 1 : 2) : forks;
        Checks.atLeast("--forks", count, 1);
        for (String profiler : profilers) {
            String[] parts = profiler.split(":", 2);
            try {
                ProfilerFactory.getProfilerOrException(new ProfilerConfig(parts[0], parts.length > 1 ? parts[1] : ""));
            } catch (ProfilerException e) {
                throw new IllegalArgumentException("--prof " + profiler + ": " + Case.reason(e), e);
            }
        }
        return new Settings(quick, count, device, profilers);
    }

    private ResultFormatType format() {
        List<ResultFormatType> known = List.of(ResultFormatType.JSON, ResultFormatType.CSV, ResultFormatType.TEXT);
        return known.stream()
                .filter(type -> type.name().equalsIgnoreCase(format))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--format " + format + ": expected json, csv or text"));
    }

    /** @throws IllegalArgumentException if the text is no regular expression */
    static Pattern pattern(String option, String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    option + " '" + regex + "' is no regular expression: " + e.getDescription(), e);
        }
    }

    private List<Case> cases(Set<Family> families, List<String> names, List<Integer> counts, Pattern pattern) {
        for (String shape : shapes) {
            if (families.stream().allMatch(f -> f.shapes(List.of(shape)).isEmpty())) {
                throw new IllegalArgumentException(
                        "--shape "
                                + shape
                                + " is no shape of "
                                + families.stream().map(Family::label).collect(Collectors.joining(", "))
                                + "; expected one like "
                                + families.stream()
                                        .map(f -> f.shapes(List.of()).getFirst())
                                        .collect(Collectors.joining(", ")));
            }
        }
        List<Case> all = families.stream().flatMap(f -> f.cases(f.shapes(shapes), names, counts).stream()).toList();
        List<Case> wanted = all.stream().filter(c -> pattern.matcher(c.name()).find()).toList();
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException(
                    "--filter '"
                            + filter
                            + "' matches none of "
                            + all.size()
                            + " cases; they are named like '"
                            + all.getFirst().name()
                            + "'");
        }
        return wanted;
    }

    /** The cases after the peaks that they are compared with. */
    private static List<Job> plan(List<Case> cases, int gpuThreads) {
        Stream<Job> machine =
                cases.stream()
                        .filter(c -> !c.backend().equals(Case.GPU))
                        .map(Case::threads)
                        .distinct()
                        .sorted()
                        .map(count -> new PeakCase(Case.MACHINE, count));
        Stream<Job> gpu =
                cases.stream()
                        .filter(c -> c.backend().equals(Case.GPU))
                        .limit(1)
                        .map(_ -> new PeakCase(Case.GPU, gpuThreads));
        return Stream.of(machine, gpu, cases.stream()).flatMap(jobs -> jobs).map(job -> (Job) job).toList();
    }

    /** The jobs that an earlier run of the same plan has measured. */
    private Map<Job, List<Measurement>> known(List<Job> plan, SequencedMap<String, Object> facts) {
        Path file = out.resolve("results.json");
        if (Files.notExists(file)) {
            return Map.of();
        }
        Results earlier = Results.read(file);
        for (String fact : List.of("CPU", "JDK", "commit", "settings")) {
            if (!earlier.text(fact).equals(String.valueOf(facts.get(fact)))) {
                throw new IllegalArgumentException(
                        "--resume: "
                                + file
                                + " has another "
                                + fact
                                + ": '"
                                + earlier.text(fact)
                                + "', now '"
                                + facts.get(fact)
                                + "'; use another --out");
            }
        }
        Map<Job, List<Measurement>> known = new LinkedHashMap<>();
        for (Job job : plan) {
            List<Measurement> own =
                    earlier.measured().stream()
                            .filter(
                                    m ->
                                            switch (job) {
                                                case Case c -> m.name().equals(c.name());
                                                case PeakCase peak -> peak.measured(m);
                                            })
                            .toList();
            if (!own.isEmpty()) {
                known.put(job, own);
            }
        }
        return known;
    }

    private static void print(
            SequencedMap<String, Object> facts,
            List<Job> plan,
            Map<Job, List<Measurement>> known,
            Settings settings,
            OutputDirectory directory) {
        System.out.println("chainrule bench");
        facts.forEach((name, value) -> System.out.printf(Locale.ROOT, "  %-16s %s%n", name, value));
        System.out.printf(Locale.ROOT, "  %-16s %s%n", "out", directory.path());
        double seconds =
                plan.stream().filter(j -> !known.containsKey(j)).mapToDouble(j -> j.expectedSeconds(settings)).sum();
        String kept = known.isEmpty() ? "" : ", " + known.size() + " more are kept from the earlier run";
        System.out.printf(
                Locale.ROOT,
                "  %-16s %s for %s%s%n%n",
                "expected",
                Clock.words(seconds),
                Run.cases(plan.size() - known.size()),
                kept);
    }

    private static void finish(Results results, OutputDirectory directory) {
        UploadFraction uploads = UploadFraction.of(results.measured());
        if (!uploads.rows().isEmpty()) {
            System.out.printf(Locale.ROOT, "%n%s", BenchReport.table(uploads).plain());
        }
        CaptureCost capture = CaptureCost.of(results.measured());
        if (!capture.rows().isEmpty()) {
            System.out.printf(Locale.ROOT, "%n%s%n", capture.summary());
        }
        if (!results.text("not measured").isEmpty()) {
            System.out.println("not measured: " + results.text("not measured"));
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
}

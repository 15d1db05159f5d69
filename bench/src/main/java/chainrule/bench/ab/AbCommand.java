package chainrule.bench.ab;

import chainrule.bench.contender.Campaign;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.ContenderProcess;
import chainrule.bench.contender.Timing;
import chainrule.bench.machine.Canary;
import chainrule.bench.machine.Machine;
import chainrule.bench.machine.MachineWatch;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.Clock;
import chainrule.experiments.cli.Shell;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.study.Interval;
import chainrule.experiments.study.StopSignal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The command {@code ./run bench ab}. */
@Command(
        name = "ab",
        description =
                "Compares the speed of two builds: in each round both start anew and take turns, so that what disturbs"
                        + " the machine disturbs both.",
        footer = {
            "",
            "Exit status 3 if a row was called slower, 0 otherwise.",
            "Example: ./run bench ab HEAD~1 HEAD --filter 'steps|gemm.*1024'"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class AbCommand implements Callable<Integer> {
    private static final int SLOWER = 3;

    @Spec CommandSpec command;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "a commit, or a folder with the project")
    String before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "another one; both may be the same")
    String after;

    @Option(
            names = "--filter",
            paramLabel = "REGEX",
            defaultValue = "^steps",
            description =
                    "rows whose names contain a match, such as \"steps mlp40 simd 1 thread\" or \"gemm matmul A·B"
                            + " 1024x1024x1024 simd 1 thread\" (default: ${DEFAULT-VALUE})")
    String filter;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "simd",
            description = "(default: ${DEFAULT-VALUE})")
    String backend;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "CPU threads; with one, processor time is compared (default: ${DEFAULT-VALUE})")
    int threads;

    @Option(names = "--device", paramLabel = "NAME", description = "for cuda: the number of the GPU, or emulated")
    String device = "";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "10",
            description = "pairs of new processes (default: ${DEFAULT-VALUE})")
    int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "6s",
            description = "at least so long before the first windows of a process (default: ${DEFAULT-VALUE})")
    String warmUp;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "no round begins that would probably end later (default: ${DEFAULT-VALUE})")
    String budget;

    @Option(names = "--quick", description = "one short round: to check that it works, not the speed")
    boolean quick;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out/ab",
            description = "the folder of the report; builds are kept beside it (default: ${DEFAULT-VALUE})")
    Path out;

    @Override
    public Integer call() {
        if (rounds < Campaign.LEAST_ROUNDS) {
            throw new IllegalArgumentException("--rounds " + rounds + ": expected at least " + Campaign.LEAST_ROUNDS);
        }
        Checks.threads(threads);
        List<Case> cases = Case.all(backend, threads, pattern().asPredicate());
        if (cases.isEmpty()) {
            throw new IllegalArgumentException(
                    "--filter "
                            + filter
                            + ": no row matches; names are such as \"steps mlp40 simd 1 thread\" and \"gemm matmul A·B"
                            + " 1024x1024x1024 simd 1 thread\"");
        }
        double seconds = Interval.time("--budget", budget).toSeconds();
        OutputDirectory directory = OutputDirectory.open(out);
        Path builds = out.toAbsolutePath().normalize().resolveSibling("builds");
        Build first = Build.of(before, Machine.home(), builds);
        Build second = before.equals(after) ? first : Build.of(after, Machine.home(), builds);
        List<Contender> contenders =
                List.of(
                        first.contender("before", backend, threads, device),
                        second.contender("after", backend, threads, device));
        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        facts.put("command", Shell.command("./run bench ab", arguments()));
        facts.putAll(Machine.facts());
        List<Campaign.Group> groups = Case.groups(cases, contenders);
        Timing timing =
                quick ? Timing.QUICK : new Timing(0.05, 60, Interval.time("--warm-up", warmUp).toSeconds(), 1, 20);
        System.out.println("chainrule bench ab");
        facts.forEach((name, value) -> System.out.printf(Locale.ROOT, "  %-14s %s%n", name, value));
        System.out.printf(Locale.ROOT, "  %-14s %d, in %d groups of processes%n", "rows", cases.size(), groups.size());
        System.out.printf(
                Locale.ROOT, "  %-14s about %s%n%n", "expected time", Clock.words(expected(groups, cases, timing)));

        try (StopSignal stop = new StopSignal("stopping: the round that runs is not kept");
                MachineWatch watch = new MachineWatch(new Canary())) {
            AbRun[] run = new AbRun[1];
            Runnable save = () -> directory.write("results.json", Json.write(results(facts, first, second, run[0])));
            run[0] = new AbRun("before", "after", threads == 1, rounds, save, stop::raised);
            new Campaign(ContenderProcess::start, timing, quick ? 0 : seconds, watch, run[0], new Random(1))
                    .run(groups);
            AbResults results = results(facts, first, second, run[0]);
            AbReport report = new AbReport(results);
            directory.write(report.report(), results);
            System.out.println();
            System.out.print(report.table().plain());
            System.out.println(report.summary());
            System.out.println(directory.path().resolve("report.html"));
            return stop.raised() ? stop.status() : report.slower() ? SLOWER : results.rows().isEmpty() ? 1 : 0;
        }
    }

    private List<String> arguments() {
        List<String> all = command.root().commandLine().getParseResult().originalArgs();
        return all.subList(1, all.size());
    }

    private Pattern pattern() {
        try {
            return Pattern.compile(filter);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("--filter " + filter + ": " + e.getDescription(), e);
        }
    }

    private static AbResults results(SequencedMap<String, Object> facts, Build first, Build second, AbRun run) {
        return new AbResults(
                AbResults.SCHEMA,
                facts,
                first.name() + " (" + first.version() + ")",
                second.name() + " (" + second.version() + ")",
                run.rows(),
                run.missing());
    }

    private double expected(List<Campaign.Group> groups, List<Case> cases, Timing t) {
        double processes = groups.size() * (2 + t.firstWarmUp());
        double more = (cases.size() - groups.size()) * t.warmUp() + cases.size() * t.windows() * t.window();
        return 2 * rounds * (processes + more);
    }
}

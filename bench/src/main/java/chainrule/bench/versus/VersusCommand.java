package chainrule.bench.versus;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.bench.contender.Campaign;
import chainrule.bench.contender.Check;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.ContenderProcess;
import chainrule.bench.contender.Net;
import chainrule.bench.contender.Task;
import chainrule.bench.contender.Timing;
import chainrule.bench.machine.Canary;
import chainrule.bench.machine.Machine;
import chainrule.bench.machine.MachineWatch;
import chainrule.bench.peer.Peers;
import chainrule.bench.versus.VersusResults.Entrant;
import chainrule.bench.versus.VersusResults.Mode;
import chainrule.bench.versus.VersusResults.Plan;
import chainrule.bench.versus.VersusResults.Round;
import chainrule.bench.worker.OwnBackend;
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
import picocli.CommandLine.Spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.Callable;

/** The command {@code ./run versus}. */
@Command(
        name = "./run versus",
        description =
                "Measures which backend or library trains a net fastest on this machine, from which batch size and"
                        + " width on, by how much, and how sure that is.",
        footer = {
            "",
            "A round starts each contender anew; rounds continue until all ratios are known to --precision or the"
                    + " budget is spent. Results are written after each round.",
            "",
            "Examples:",
            "  ./run versus                                            five nets, batch 1 to 4096, all backends",
            "  ./run versus --net mlp40 --width 16..2048 --batch 128   the same over width",
            "  ./run versus --peers pytorch,jax --budget 20m           with other libraries (./run peers setup)",
            "  ./run versus --infer --batch 1..256                     latency and throughput of inference",
            "  ./run versus --until 0.97 --net mlp5                    time to an accuracy on MNIST"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class VersusCommand implements Callable<Integer> {
    private static final String BATCHES = "1..4096x4";
    private static final int TRAINING_BATCH = 64;
    private static final int MOST_EPOCHS = 40;
    private static final double PERCENT = 0.01;

    /** A net with more operations in a step is not checked: the reference backend would take minutes. */
    private static final double MOST_CHECKED_FLOP = 2e9;

    @Spec CommandSpec command;

    @Option(
            names = "--net",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            description = "mlp with a number of layers, mnist, cifar (default: mlp5,mlp20,mlp40,mnist,cifar)")
    List<String> nets;

    @Option(names = "--model", paramLabel = "FILE", description = "the net of a model file in place of --net")
    Path model;

    @Option(
            names = "--width",
            paramLabel = "RANGE",
            description = "units of an mlp's layers, filters of the first convolution (default: 32)")
    String widths;

    @Option(
            names = "--batch",
            paramLabel = "RANGE",
            description =
                    "examples in a step: 128, or 1,8,64, or 1..256, which doubles, or 1..4096x4, which multiplies by 4"
                            + " (default: 1..4096x4; 64 with --until)")
    String batches;

    @Option(
            names = "--backends",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "simd,ejml,cuda",
            description =
                    "the first is what all others are compared with; those that do not work here are left out"
                            + " (default: ${DEFAULT-VALUE})")
    List<String> backends;

    @Option(
            names = "--threads",
            paramLabel = "RANGE",
            description = "CPU threads of each backend and peer (default: all processors)")
    String threads;

    @Option(names = "--device", paramLabel = "NAME", description = "for cuda: the number of the GPU, or emulated")
    String device = "";

    @Option(
            names = "--peers",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            description = "other libraries: ./run peers list")
    List<String> peers = List.of();

    @Option(names = "--infer", description = "forward passes in place of training steps, with their latency")
    boolean infer;

    @Option(
            names = "--until",
            paramLabel = "ACCURACY",
            description =
                    "trains on MNIST until the test accuracy is reached, with five seeds, in place of single steps")
    Double until;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            defaultValue = "20m",
            description = "no round begins that would probably end later (default: ${DEFAULT-VALUE})")
    String budget;

    @Option(
            names = "--precision",
            paramLabel = "PERCENT",
            defaultValue = "5",
            description =
                    "rounds end when each ratio's 95 %% interval is within ± this many percent (default:"
                            + " ${DEFAULT-VALUE})")
    double precision;

    @Option(
            names = "--price",
            paramLabel = "NAME=PRICE",
            description = "price of an hour, for the price of a million images: --price simd=0.20 --price cuda=3.90")
    Map<String, Double> prices = Map.of();

    @Option(names = "--quick", description = "one short round: to check that it works, not the speed")
    boolean quick;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out/versus",
            description = "the folder of the report (default: ${DEFAULT-VALUE})")
    Path out;

    @Option(names = "--resume", description = "adds rounds to an earlier run of the same command in --out")
    boolean resume;

    @Option(
            names = "--render",
            paramLabel = "DIR",
            description = "does not measure; renders the report of DIR again, from its results.json")
    Path render;

    @Override
    public Integer call() {
        if (render != null) {
            VersusResults results = VersusResults.read(render.resolve("results.json"));
            OutputDirectory directory = OutputDirectory.open(render);
            directory.write("ratios.json", Json.write(VersusRatios.of(results)));
            directory.write(new VersusReport(results).report());
            System.out.println(render.resolve("report.html"));
            return 0;
        }
        return until == null ? measure() : measureTimeToAccuracy();
    }

    private int measureTimeToAccuracy() {
        List<Integer> sizes = batches == null ? List.of(TRAINING_BATCH) : Range.parse("--batch", batches);
        if (infer || model != null || resume) {
            throw new IllegalArgumentException("--until does not go with --infer, --model or --resume");
        }
        SequencedMap<String, String> leftOut = new LinkedHashMap<>();
        peers.forEach(peer -> leftOut.put(peer, peer + " takes no part in --until"));
        peers = List.of();
        List<Contender> contenders = contenders(leftOut);
        contenders.removeLast(); // the first one once more: five seeds show the spread
        List<TimeToAccuracy> goals = new ArrayList<>();
        for (Net net : nets == null ? List.of(Net.named("mlp5")) : nets()) {
            sizes.forEach(size -> goals.add(new TimeToAccuracy(net, size, until, quick ? 1 : MOST_EPOCHS)));
        }
        Plan plan = plan(goals.stream().map(TimeToAccuracy::net).distinct().toList(), sizes, contenders);
        SequencedMap<String, Object> facts = facts(leftOut);
        OutputDirectory directory = OutputDirectory.open(out);
        header(facts, contenders, directory, "as long as the trainings take; the budget is " + budget);
        try (StopSignal stop = new StopSignal("stopping: the training that runs is not kept")) {
            AccuracyRun run =
                    new AccuracyRun(facts, plan, budgetSeconds(), results -> write(directory, results), stop::raised);
            VersusResults results = run.train(goals, contenders);
            System.out.println();
            System.out.print(new VersusReport(results).console());
            System.out.println(directory.path().resolve("report.html"));
            return stop.raised() ? stop.status() : results.accuracy().isEmpty() ? 1 : 0;
        }
    }

    private SequencedMap<String, Object> facts(SequencedMap<String, String> leftOut) {
        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        facts.put("command", Shell.command("./run versus", command.commandLine().getParseResult().originalArgs()));
        facts.putAll(Machine.facts());
        if (!leftOut.isEmpty()) {
            facts.put("left out", String.join("; ", leftOut.values()));
        }
        return facts;
    }

    private static void header(
            SequencedMap<String, Object> facts,
            List<Contender> contenders,
            OutputDirectory directory,
            String expected) {
        System.out.println("chainrule versus");
        facts.forEach((name, value) -> System.out.printf(Locale.ROOT, "  %-16s %s%n", name, value));
        System.out.printf(Locale.ROOT, "  %-16s %s%n", "contenders", String.join("; ", names(contenders)));
        System.out.printf(Locale.ROOT, "  %-16s %s%n", "out", directory.path());
        System.out.printf(Locale.ROOT, "  %-16s %s%n%n", "expected time", expected);
    }

    private int measure() {
        List<Net> measured = nets();
        List<Integer> sizes = Range.parse("--batch", batches == null ? BATCHES : batches);
        SequencedMap<String, String> leftOut = new LinkedHashMap<>();
        List<Contender> contenders = contenders(leftOut);
        Plan plan = plan(measured, sizes, contenders);
        SequencedMap<String, Object> facts = facts(leftOut);
        List<Round> earlier = earlier(plan);
        OutputDirectory directory = OutputDirectory.open(out);
        header(facts, contenders, directory, expected(measured, sizes, contenders));

        List<Campaign.Group> groups = new ArrayList<>();
        SequencedMap<String, Map.Entry<String, Integer>> keys = new LinkedHashMap<>();
        Path checks = directory.path().resolve("checks");
        for (Net net : measured) {
            String name = widths == null ? net.name() : net.name() + " × " + net.width();
            keys.put(name, Map.entry(net.name(), widths == null ? 0 : net.width()));
            Check check = check(net, checks);
            groups.add(
                    new Campaign.Group(
                            name,
                            contenders,
                            sizes.stream().map(batch -> Task.of(net, batch, !infer, check)).toList()));
        }
        Timing timing = timing(sizes);
        try (StopSignal stop = new StopSignal("stopping: the round that runs is not kept");
                MachineWatch watch = new MachineWatch(new Canary())) {
            VersusRun run =
                    new VersusRun(facts, plan, earlier, keys, results -> write(directory, results), stop::raised);
            Campaign campaign =
                    new Campaign(
                            ContenderProcess::start,
                            timing,
                            plan.budgetSeconds(),
                            watch,
                            run,
                            new Random(earlier.size()));
            boolean complete = campaign.run(groups);
            VersusResults results = run.results();
            write(directory, results);
            System.out.println();
            System.out.print(new VersusReport(results).console());
            if (stop.raised()) {
                System.out.println("stopped: the rounds so far are kept; --resume adds to them");
            } else if (!complete && !quick) {
                System.out.println(
                        "the budget is spent before all ratios are known to ±"
                                + precision
                                + " %; --resume adds rounds");
            }
            System.out.println(directory.path().resolve("report.html"));
            return stop.raised() ? stop.status() : results.rounds().isEmpty() ? 1 : 0;
        }
    }

    private static List<String> names(List<Contender> contenders) {
        return contenders.stream().map(Contender::name).toList();
    }

    private List<Net> nets() {
        if (model != null) {
            if (nets != null || widths != null) {
                throw new IllegalArgumentException("--model stands in place of --net and --width");
            }
            return List.of(Net.of(model));
        }
        List<Net> all = new ArrayList<>();
        for (String name : nets == null ? Net.NAMES : nets) {
            for (int width : widths == null ? List.of(Net.WIDTH) : Range.parse("--width", widths)) {
                all.add(Net.named(name, width));
            }
        }
        return all;
    }

    /** The contenders, the first of them once more at the end. */
    private List<Contender> contenders(Map<String, String> leftOut) {
        List<Integer> counts =
                threads == null
                        ? List.of(Runtime.getRuntime().availableProcessors())
                        : Range.parse("--threads", threads).reversed();
        counts.forEach(Checks::threads);
        List<Contender> all = new ArrayList<>();
        for (String name : backends) {
            boolean known = Backends.providers().stream().anyMatch(provider -> provider.name().equals(name));
            boolean gpu = name.equals("cuda");
            Setup setup = new Setup(1, gpu ? device : "", false);
            try (Backend _ = Backends.open(name, setup).backend()) {
                for (int count : gpu ? List.of(0) : counts) {
                    all.add(OwnBackend.named(name, count, gpu ? device : ""));
                }
            } catch (IllegalArgumentException e) {
                if (!known || setup.asksForDevice()) {
                    throw e;
                }
                leftOut.put(name, e.getMessage().lines().findFirst().orElse(""));
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", leftOut.values()));
        }
        for (String peer : peers) {
            for (int count : counts) {
                try {
                    all.add(Peers.named(peer, count, ""));
                } catch (IllegalArgumentException e) {
                    if (Peers.names().contains(peer)) {
                        leftOut.put(peer, e.getMessage());
                    } else {
                        throw e;
                    }
                }
            }
        }
        Contender base = all.getFirst();
        all.add(
                new Contender(
                        base.name() + " (again)",
                        base.program(),
                        base.threads(),
                        base.device(),
                        base.command(),
                        base.environment()));
        return all;
    }

    private Plan plan(List<Net> measured, List<Integer> sizes, List<Contender> contenders) {
        Timing timing = timing(sizes);
        return new Plan(
                infer ? Mode.INFER : Mode.TRAIN,
                measured.stream().map(Net::name).distinct().toList(),
                widths == null ? List.of() : Range.parse("--width", widths),
                sizes,
                contenders.stream().map(c -> new Entrant(c.name(), c.program(), c.threads(), "")).toList(),
                contenders.getLast().name(),
                timing.window(),
                timing.windows(),
                PERCENT * precision,
                budgetSeconds(),
                prices);
    }

    private double budgetSeconds() {
        double seconds = Interval.time("--budget", budget).toSeconds();
        return quick ? 0 : seconds; // each net has one round in any case
    }

    /** With many batch sizes each is measured for a shorter time: the same process has run the sizes before. */
    private Timing timing(List<Integer> sizes) {
        if (quick) {
            return Timing.QUICK;
        }
        return sizes.size() > 2 ? new Timing(0.15, 3, 4, 0.5, 20) : new Timing(0.2, 5, 6, 3, 20);
    }

    private List<Round> earlier(Plan plan) {
        Path file = out.resolve("results.json");
        if (!resume) {
            return List.of();
        }
        if (Files.notExists(file)) {
            throw new IllegalArgumentException("--resume: there is no " + file);
        }
        VersusResults results = VersusResults.read(file);
        if (!results.plan().samePlan(plan)) {
            throw new IllegalArgumentException(
                    "--resume: " + file + " is of another command: " + results.facts().get("command"));
        }
        return results.rounds();
    }

    private static Check check(Net net, Path folder) {
        if (net.flop(1) > MOST_CHECKED_FLOP) {
            return null;
        }
        try {
            Files.createDirectories(folder);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException("cannot write to " + folder + ": " + e.getMessage(), e);
        }
        return Check.of(net, folder.resolve(net.name() + "-" + net.width() + ".safetensors"));
    }

    private String expected(List<Net> measured, List<Integer> sizes, List<Contender> contenders) {
        Timing t = timing(sizes);
        double each = 3 + t.firstWarmUp() + (sizes.size() - 1) * t.warmUp() + sizes.size() * t.windows() * t.window();
        double round = measured.size() * contenders.size() * each;
        return String.format(
                Locale.ROOT,
                "at least %s a round of all nets, and %d rounds; the budget is %s",
                Clock.words(round),
                Campaign.LEAST_ROUNDS,
                budget);
    }

    private static void write(OutputDirectory directory, VersusResults results) {
        directory.write("ratios.json", Json.write(VersusRatios.of(results)));
        directory.write(new VersusReport(results).report(), results);
    }
}

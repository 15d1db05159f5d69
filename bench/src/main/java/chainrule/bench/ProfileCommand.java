package chainrule.bench;

import chainrule.backend.Backend;
import chainrule.backend.Window;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.bench.contender.Net;
import chainrule.bench.machine.Machine;
import chainrule.bench.path.StepParts;
import chainrule.data.Batch;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.report.Table;
import chainrule.train.Trainer;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The command {@code ./run bench profile}: prints how training steps become faster while the JVM compiles them, then the
 * microseconds that each primitive takes in a step, including the cost of reading the clock. All of it is measured in
 * this JVM: forks would each start cold.
 *
 * <p>With one thread on the CPU it measures that thread's processor time, which other programs on the machine disturb
 * less.
 */
@Command(
        name = "profile",
        description =
                "Shows how training steps become faster after the start, and how long each primitive of a step takes.",
        footer = {"", "Example: ./run bench profile --net cifar --threads 2 --seconds 8"},
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ProfileCommand implements Runnable {
    private static final double WINDOW_SECONDS = 0.25;

    private static final double BYTES_PER_MEGABYTE = 1e6;

    /** Steps have their full speed when they are so near to that of the end. */
    private static final double NEAR = 0.05;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "simd",
            description = "reference, ejml, simd, cuda or best (default: ${DEFAULT-VALUE})")
    String backend;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "for cuda: the number of the GPU, or emulated (default: 0)")
    String device = "";

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "CPU threads of the backend (default: ${DEFAULT-VALUE}, timed by its processor time)")
    int threads;

    @Option(
            names = "--net",
            paramLabel = "NAME",
            defaultValue = "mlp40",
            description =
                    "mlp with a number of layers (mlp5, mlp20, mlp40), mnist or cifar (default: ${DEFAULT-VALUE})")
    String netName;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "128",
            description = "examples in a step (default: ${DEFAULT-VALUE})")
    int batchSize;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "6",
            description =
                    "how long to watch steps become faster; the measurements after that take one and a half times as"
                            + " long (default: ${DEFAULT-VALUE})")
    double seconds;

    ProfileCommand() {}

    /** Runs the command alone, to look at one JVM with the JVM's own tools. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ProfileCommand()).execute(args));
    }

    @Override
    public void run() {
        Checks.threads(threads);
        Checks.atLeast("--batch", batchSize, 1);
        if (!(seconds >= 0.1 && seconds <= 3600)) {
            throw new IllegalArgumentException("--seconds " + seconds + ": expected between 0.1 and 3600");
        }
        Net net = Net.named(netName);
        try (Backend opened = Backends.open(backend, new Setup(threads, device, false)).backend();
                var _ = opened.openScope("profile")) {
            boolean processorTime = threads == 1 && !opened.name().equals(Case.GPU);
            LongSupplier clock =
                    processorTime ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime : System::nanoTime;
            System.out.printf(Locale.ROOT, "%s, batch %d, %s%n%n", netName, batchSize, opened.description());
            Batch batch = net.batch(batchSize, 1);
            Trainer plain = net.trainer(opened);
            timeline(plain, batch);
            long start = clock.getAsLong();
            int steps = run(plain, batch, seconds / 2);
            opened.synchronize();
            double step = (double) (clock.getAsLong() - start) / steps;
            System.out.printf(
                    Locale.ROOT,
                    "%n  step %.1f µs of %s, %.0f examples/s%n",
                    step * 1e-3,
                    processorTime ? "processor time" : "elapsed time",
                    batchSize * 1e9 / step);
            double peak = Machine.peakBytes(); // before the second net
            System.out.printf(
                    Locale.ROOT, "  peak memory of the process so far %.0f MB%n%n", peak / BYTES_PER_MEGABYTE);
            System.out.print(primitives(opened, net, batch, clock).plain());
        }
    }

    private static int run(Trainer trainer, Batch batch, double seconds) {
        int steps = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            trainer.step(batch);
            steps++;
        } while (System.nanoTime() < end);
        return steps;
    }

    /**
     * Prints the steps per second in each window, timed from the start of the JVM, and from which time on steps have the speed
     * of the last quarter, within 5 %.
     */
    private void timeline(Trainer trainer, Batch batch) {
        long age =
                ProcessHandle.current()
                        .info()
                        .startInstant()
                        .map(start -> Duration.between(start, Instant.now()).toNanos())
                        .orElse(0L);
        long begin = System.nanoTime();
        double width = Math.min(WINDOW_SECONDS, seconds / 4) * 1e9;
        System.out.println("How steps become faster, by seconds since the JVM's start");
        long now = begin;
        long window = begin;
        int steps = 0;
        boolean first = true;
        List<Double> ends = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        while (now - begin < seconds * 1e9) {
            trainer.step(batch);
            steps++;
            now = System.nanoTime();
            double sinceStart = (now - begin + age) * 1e-9;
            if (first) {
                System.out.printf(Locale.ROOT, "  %6.2f s  first step done%n", sinceStart);
                first = false;
            }
            if (now - window > width) {
                ends.add(sinceStart);
                rates.add(steps * 1e9 / (now - window));
                System.out.printf(Locale.ROOT, "  %6.2f s  %10.1f steps/s%n", sinceStart, rates.getLast());
                window = now;
                steps = 0;
            }
        }
        int full = fullSpeed(rates);
        if (full < rates.size()) {
            System.out.printf(Locale.ROOT, "  full speed within %.2f s%n", ends.get(full));
        }
    }

    /**
     * The first window within 5 % of the speed at the end, if the median of each three windows from there on is too; the number
     * of windows if there is none.
     */
    static int fullSpeed(List<Double> rates) {
        int n = rates.size();
        double end = median(rates.subList(n - Math.min(n, Math.max(3, n / 4)), n));
        int full = n;
        for (int i = n - 3; i >= 0 && median(rates.subList(i, i + 3)) >= (1 - NEAR) * end; i--) {
            full = rates.get(i) >= (1 - NEAR) * end ? i : full;
        }
        return full;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }

    private Table primitives(Backend opened, Net net, Batch batch, LongSupplier clock) {
        Map<String, StepParts.Sum> sums = new HashMap<>();
        Trainer inspected = net.trainer(StepParts.timed(opened, clock, ProfileCommand::label, sums));
        run(inspected, batch, seconds / 2);
        sums.clear();
        long start = clock.getAsLong();
        int steps = run(inspected, batch, seconds / 2);
        double total = clock.getAsLong() - start;
        double inside = sums.values().stream().mapToLong(StepParts.Sum::nanos).sum();
        Table.Builder table =
                Table.titled("Where a step goes, the cost of reading the clock included")
                        .columns("primitive")
                        .numeric("calls a step", "µs a step", "of the step");
        sums.entrySet().stream()
                .sorted(
                        Comparator.comparingLong((Map.Entry<String, StepParts.Sum> e) -> e.getValue().nanos())
                                .reversed())
                .forEach(e -> row(table, e.getKey(), e.getValue().calls(), e.getValue().nanos(), total, steps));
        if (opened.name().equals(Case.GPU)) {
            table.note("A primitive is only queued: its time is that of the launch. A download waits for the GPU.");
        }
        row(table, "between primitives, on the host", 0, total - inside, total, steps);
        row(table, "all", sums.values().stream().mapToLong(StepParts.Sum::calls).sum(), total, total, steps);
        return table.build();
    }

    private static void row(Table.Builder table, String what, long calls, double nanos, double total, int steps) {
        table.row(
                what,
                calls == 0 ? "" : String.format(Locale.ROOT, "%.1f", (double) calls / steps),
                String.format(Locale.ROOT, "%.1f", nanos * 1e-3 / steps),
                String.format(Locale.ROOT, "%.1f %%", 100 * nanos / total));
    }

    /**
     * The primitive, with the channels and height of its images: the convolutions of each layer are listed separately.
     */
    private static String label(String primitive, Object[] arguments) {
        return arguments != null && arguments.length > 0 && arguments[0] instanceof Window w
                ? primitive + " " + w.channels() + "@" + w.height()
                : primitive;
    }
}

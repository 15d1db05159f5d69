package chainrule.bench;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.bench.contender.Net;
import chainrule.bench.machine.Canary;
import chainrule.bench.machine.Machine;
import chainrule.bench.machine.MachineState;
import chainrule.data.Batch;
import chainrule.experiments.report.Table;
import chainrule.train.Trainer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The command {@code ./run bench fit}: says whether this machine can be measured on, and what to change. */
@Command(
        name = "fit",
        description =
                "Says whether this machine is fit to measure: its settings, what other programs do on it, how much its"
                        + " speed varies, and how small a difference a benchmark could find here.",
        footer = {"", "It takes about a quarter of a minute and changes nothing."},
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class FitCommand implements Runnable {
    /** The number of rounds for which the smallest visible difference is stated. */
    private static final int ROUNDS = 10;

    /** The 97.5 % point of Student's t distribution with nine degrees of freedom. */
    private static final double T = 2.262;

    private static final double WINDOW_NANOS = 20e6;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "14",
            description = "how long to measure (default: ${DEFAULT-VALUE})")
    double seconds;

    /**
     * Something that disturbs measurements.
     *
     * @param what "the governor is powersave"
     * @param advice what to do about it
     * @param serious true if results are not worth much before it is changed
     */
    record Finding(String what, String advice, boolean serious) {}

    /**
     * What was measured.
     *
     * @param usage load of others and steal meanwhile
     * @param spreads of the canary's speeds: interquartile range by median
     * @param drift of the canary from the first half to the second
     * @param ratioNoise standard deviation of the logarithm of the ratio of two equal things in one round
     */
    record Noise(MachineState.Usage usage, double[] spreads, double drift, double ratioNoise) {
        /** The half-width of a 95 % interval of a ratio after ten rounds: 0.02 means ± 2 %. */
        double visible() {
            return Math.expm1(T * ratioNoise / Math.sqrt(ROUNDS));
        }
    }

    @Override
    public void run() {
        if (!(seconds >= 0.2 && seconds <= 600)) {
            throw new IllegalArgumentException("--seconds " + seconds + ": expected between 0.2 and 600");
        }
        Map<String, Object> facts = Machine.facts();
        System.out.println("Is this machine fit to measure?");
        facts.forEach((name, value) -> System.out.printf(Locale.ROOT, "  %-17s %s%n", name, value));
        Noise noise = measure();
        System.out.printf(Locale.ROOT, "%n%s%n", table(noise).plain());
        List<Finding> findings = findings(facts, noise);
        for (Finding finding : findings) {
            System.out.printf(Locale.ROOT, "%s %s: %s%n", finding.serious ? "!" : "-", finding.what, finding.advice);
        }
        System.out.printf(Locale.ROOT, "%n%s%n", verdict(findings, noise));
    }

    private Noise measure() {
        MachineState before = MachineState.now();
        List<double[]> speeds = new ArrayList<>();
        System.out.printf(Locale.ROOT, "%nmeasuring the machine's own speed for %.0f s ...%n", 0.45 * seconds);
        try (Canary canary = new Canary()) {
            long end = System.nanoTime() + (long) (0.45e9 * seconds);
            do {
                speeds.add(canary.measure());
            } while (speeds.size() < 4 || System.nanoTime() < end);
        }
        int half = speeds.size() / 2;
        double drift = Canary.drift(speeds.subList(0, half), speeds.subList(half, speeds.size()));
        System.out.printf(Locale.ROOT, "measuring one training step against itself for %.0f s ...%n", 0.55 * seconds);
        double ratioNoise = ratioNoise();
        return new Noise(
                MachineState.now().since(before),
                new double[] {spread(speeds, 0), spread(speeds, 1)},
                drift,
                ratioNoise);
    }

    /** Ten rounds in which windows of the same step alternate between two names, A first in every other pair. */
    private double ratioNoise() {
        try (Backend backend = Backends.open("simd", 1).backend();
                var _ = backend.openScope("fit")) {
            Net net = Net.named("mlp5");
            Trainer trainer = net.trainer(backend);
            Batch batch = net.batch();
            for (long end = System.nanoTime() + (long) (0.15e9 * seconds); System.nanoTime() < end; ) {
                trainer.step(batch);
            }
            int pairs = Math.max(1, (int) (0.4e9 * seconds / (2 * WINDOW_NANOS * ROUNDS)));
            double[] ratios = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                double sum = 0;
                for (int pair = 0; pair < pairs; pair++) {
                    double first = Math.log(window(trainer, batch));
                    double second = Math.log(window(trainer, batch));
                    sum += pair % 2 == 0 ? first - second : second - first;
                }
                ratios[round] = sum / pairs;
            }
            return deviation(ratios);
        }
    }

    /** The mean nanoseconds of a step in one window. */
    private static double window(Trainer trainer, Batch batch) {
        long start = System.nanoTime();
        long now;
        int steps = 0;
        do {
            trainer.step(batch);
            steps++;
            now = System.nanoTime();
        } while (now - start < WINDOW_NANOS);
        return (double) (now - start) / steps;
    }

    /** The standard deviation of a sample. */
    static double deviation(double[] x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        return Math.sqrt(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / (x.length - 1));
    }

    /** The interquartile range of a speed, divided by its median. */
    private static double spread(List<double[]> speeds, int which) {
        double[] sorted = speeds.stream().mapToDouble(s -> s[which]).sorted().toArray();
        int n = sorted.length;
        return (sorted[3 * n / 4] - sorted[n / 4]) / sorted[n / 2];
    }

    private static Table table(Noise noise) {
        return Table.titled("Noise")
                .columns("what")
                .numeric("measured")
                .row(
                        "processors that others keep busy",
                        known(noise, String.format(Locale.ROOT, "%.2f", noise.usage.load())))
                .row("time that the hypervisor takes away", known(noise, percent(noise.usage.steal())))
                .row("spread of multiply-adds a second", percent(noise.spreads[0]))
                .row("spread of bytes a second", percent(noise.spreads[1]))
                .row("drift of these from the first half to the second", percent(noise.drift))
                .row("ratio of two equal steps in one round, standard deviation", percent(noise.ratioNoise))
                .row("95 % interval of a ratio after 10 rounds", "± " + percent(noise.visible()))
                .build();
    }

    private static String known(Noise noise, String value) {
        return noise.usage.known() ? value : "unknown";
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }

    /** What disturbs measurements, by the facts of {@link Machine#facts} and by what was measured. */
    static List<Finding> findings(Map<String, ?> facts, Noise noise) {
        List<Finding> findings = new ArrayList<>();
        if (noise.usage.load() > 0.2) {
            findings.add(
                    new Finding(
                            String.format(Locale.ROOT, "other programs keep %.1f processors busy", noise.usage.load()),
                            "end them, or wait until they are done; top names them",
                            noise.usage.load() > 0.5));
        }
        if (noise.usage.steal() > 0.01) {
            findings.add(
                    new Finding(
                            "the hypervisor takes " + percent(noise.usage.steal()) + " of the time away",
                            "use a machine with dedicated processors, or measure at another time",
                            noise.usage.steal() > 0.05));
        }
        if (noise.drift > 0.05) {
            findings.add(
                    new Finding(
                            "the machine's own speed drifted by " + percent(noise.drift),
                            "wait until clock and temperature have settled, then try again",
                            true));
        }
        String governor = text(facts, "governor");
        if (!governor.isEmpty() && !governor.equals("performance")) {
            findings.add(
                    new Finding("the governor is " + governor, "sudo cpupower frequency-set -g performance", false));
        }
        if (text(facts, "boost").equals("on")) {
            findings.add(
                    new Finding(
                            "boost is on, so the clock depends on temperature and on how many cores work",
                            "leave it on to see what users see; switch it off in the firmware to compare builds",
                            false));
        }
        if (facts.get("threads per core") instanceof Number n && n.intValue() > 1) {
            findings.add(
                    new Finding(
                            "cores run " + n + " threads each, which share their units",
                            "measure with --threads up to the number of cores",
                            false));
        }
        if (facts.containsKey("CPU limit")) {
            findings.add(
                    new Finding(
                            "the container may use " + facts.get("CPU limit") + " processors on average",
                            "measure with fewer threads than that, or it is stopped in the middle of a window",
                            false));
        }
        if (facts.containsKey("hypervisor")) {
            findings.add(
                    new Finding(
                            "this is a virtual machine",
                            "its neighbors cannot be seen: compare only within a run",
                            false));
        }
        if (text(facts, "huge pages").equals("never")) {
            findings.add(
                    new Finding(
                            "huge pages are off",
                            "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled",
                            false));
        }
        return findings;
    }

    private static String text(Map<String, ?> facts, String key) {
        Object value = facts.get(key);
        return value == null ? "" : value.toString();
    }

    /** The conclusion in words. */
    static String verdict(List<Finding> findings, Noise noise) {
        String visible =
                String.format(
                        Locale.ROOT,
                        "Within one JVM, ten rounds would find a difference of about %s. JVMs differ from one another"
                                + " by more, so expect less of ./run bench ab.",
                        percent(noise.visible()));
        if (findings.stream().anyMatch(Finding::serious) || noise.visible() > 0.05) {
            return "Not fit: measure later, or take every result with its interval. " + visible;
        }
        return (findings.isEmpty() ? "Fit to measure. " : "Fit to measure, with the remarks above. ") + visible;
    }
}

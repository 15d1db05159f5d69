package chainrule.bench.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How busy the machine was so far, and how much energy it took: two snapshots tell what happened between them.
 *
 * <p>Times come from Linux's {@code /proc} in its unit of 10 ms, so take snapshots at least a second apart. Where there is
 * no {@code /proc}, {@link Usage#known} is false. Energy comes from the counters of {@code /sys/class/powercap}
 * (packages and memory), which most systems let only root read.
 *
 * @param nanos {@link System#nanoTime}
 * @param known false if {@code /proc} cannot be read
 * @param busy seconds that all processors together have worked since the machine started
 * @param total seconds of all processors together, idle, stolen and waiting included
 * @param stolen seconds that the hypervisor gave to others
 * @param own processor seconds of this process and its descendants, finished ones included
 * @param energy joules of each counter, and where it starts again from 0
 * @param gpuWatts the power that the GPUs take together; 0 if not asked for or unknown
 */
public record MachineState(
        long nanos,
        boolean known,
        double busy,
        double total,
        double stolen,
        double own,
        Map<String, Counter> energy,
        double gpuWatts) {
    /** Seconds of a tick of the kernel's clock, as programs see it on every architecture that Java runs on. */
    private static final double TICK = 0.01;

    public MachineState {
        energy = Map.copyOf(energy);
    }

    /**
     * An energy counter.
     *
     * @param joules what it shows
     * @param range where it starts again from 0; 0 if unknown
     */
    public record Counter(double joules, double range) {}

    /**
     * What happened between two snapshots.
     *
     * @param seconds the time between them
     * @param known true if load and steal were measured; otherwise they are 0
     * @param load the number of processors that others kept busy, on average: 0.5 means half of one
     * @param steal the fraction of all processors' time that the hypervisor gave to others
     * @param joules energy of CPUs, memory and, if both snapshots have their power, GPUs, of the whole machine; 0 if it
     *     cannot be read
     */
    public record Usage(double seconds, boolean known, double load, double steal, double joules) {}

    /** A snapshot without the power of GPUs. */
    public static MachineState now() {
        return read(Path.of("/"), 0);
    }

    /** A snapshot with the power of the GPUs, averaged over the last second or so: starts {@code nvidia-smi}. */
    public static MachineState withGpuPower() {
        String watts =
                Machine.output("nvidia-smi", "--query-gpu=power.draw", "--format=csv,noheader,nounits").orElse("");
        return read(Path.of("/"), watts(watts));
    }

    /** The sum of the powers that nvidia-smi prints, one a line; "[N/A]" counts as 0. */
    static double watts(String lines) {
        return lines.lines()
                .map(String::strip)
                .filter(line -> line.matches("\\d+(\\.\\d+)?"))
                .mapToDouble(Double::parseDouble)
                .sum();
    }

    /** @param root the folder that contains {@code proc} and {@code sys} */
    static MachineState read(Path root, double gpuWatts) {
        long nanos = System.nanoTime();
        Map<String, Counter> energy = energy(root.resolve("sys/class/powercap"));
        Path proc = root.resolve("proc");
        double[] times = text(proc.resolve("stat")).map(MachineState::times).orElse(new double[0]);
        if (times.length == 0) {
            return new MachineState(nanos, false, 0, 0, 0, 0, energy, gpuWatts);
        }
        return new MachineState(nanos, true, times[0], times[1], times[2], own(proc), energy, gpuWatts);
    }

    /** Seconds busy, in total and stolen by the first line of {@code /proc/stat}; nothing if it is not there. */
    private static double[] times(String stat) {
        String[] fields = stat.lines().findFirst().orElse("").strip().split("\\s+");
        if (!fields[0].equals("cpu") || fields.length < 9) {
            return new double[0];
        }
        // user, nice, system, idle, iowait, irq, softirq, steal; the times of guests after these are part of user.
        double[] ticks = Arrays.stream(fields, 1, 9).mapToDouble(Double::parseDouble).toArray();
        double busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6];
        return new double[] {busy * TICK, (busy + ticks[3] + ticks[4] + ticks[7]) * TICK, ticks[7] * TICK};
    }

    /** Processor seconds of this process, its finished children and its living descendants with theirs. */
    private static double own(Path proc) {
        String self = text(proc.resolve("self/stat")).orElse("");
        if (self.isEmpty()) {
            return 0;
        }
        Map<Integer, Integer> parents = new HashMap<>();
        Map<Integer, Double> seconds = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                text(process.resolve("stat")).ifPresent(stat -> add(stat, parents, seconds));
            }
        } catch (IOException | DirectoryIteratorException _) {
            // hidden from this user: then its own time has to do
        }
        int root = add(self, parents, seconds);
        double sum = 0;
        Deque<Integer> family = new ArrayDeque<>();
        family.add(root);
        while (!family.isEmpty()) {
            int process = family.remove();
            sum += seconds.getOrDefault(process, 0.0);
            parents.forEach(
                    (child, parent) -> {
                        if (parent == process && child != process) {
                            family.add(child);
                        }
                    });
        }
        return sum;
    }

    /** Notes parent and processor time, that of finished children included, of a {@code /proc/N/stat}. */
    private static int add(String stat, Map<Integer, Integer> parents, Map<Integer, Double> seconds) {
        int id = Integer.parseInt(stat.substring(0, stat.indexOf(' ')));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" "); // a name may have spaces and brackets
        parents.put(id, Integer.parseInt(fields[1]));
        seconds.put(id, Arrays.stream(fields, 11, 15).mapToLong(Long::parseLong).sum() * TICK);
        return id;
    }

    private static Map<String, Counter> energy(Path powercap) {
        Map<String, Counter> counters = new LinkedHashMap<>();
        try (DirectoryStream<Path> zones = Files.newDirectoryStream(powercap, "intel-rapl:*")) { // AMD's too
            for (Path zone : zones) {
                String id = zone.getFileName().toString();
                String name = text(zone.resolve("name")).orElse("").strip();
                // Cores and graphics are part of their package, the package is part of psys; memory is part of neither.
                boolean counts = id.matches("intel-rapl:\\d+") ? !name.equals("psys") : name.equals("dram");
                Optional<Double> joules = text(zone.resolve("energy_uj")).map(MachineState::joules);
                if (counts && joules.isPresent()) {
                    double range = text(zone.resolve("max_energy_range_uj")).map(MachineState::joules).orElse(0.0);
                    counters.put(id, new Counter(joules.get(), range));
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            // this machine has no such counters
        }
        return counters;
    }

    private static double joules(String microjoules) {
        return Double.parseDouble(microjoules.strip()) * 1e-6;
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1)).filter(t -> !t.isBlank());
        } catch (IOException | UncheckedIOException _) { // a process that has just ended, or a counter only for root
            return Optional.empty();
        }
    }

    /** What happened since an earlier snapshot. */
    public Usage since(MachineState before) {
        double seconds = (nanos - before.nanos) * 1e-9;
        double joules = (gpuWatts > 0 && before.gpuWatts > 0 ? (gpuWatts + before.gpuWatts) / 2 : 0) * seconds;
        for (Map.Entry<String, Counter> now : energy.entrySet()) {
            Counter then = before.energy.get(now.getKey());
            if (then != null) {
                double difference = now.getValue().joules - then.joules;
                joules += Math.max(0, difference < 0 ? difference + now.getValue().range : difference);
            }
        }
        double elapsed = total - before.total; // of all processors together
        if (!known || !before.known || elapsed <= 0 || seconds <= 0) {
            return new Usage(seconds, false, 0, 0, joules);
        }
        double others = busy - before.busy - (own - before.own);
        return new Usage(
                seconds, true, Math.max(0, others) / seconds, Math.max(0, stolen - before.stolen) / elapsed, joules);
    }
}

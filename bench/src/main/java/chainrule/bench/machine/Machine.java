package chainrule.bench.machine;

import jdk.incubator.vector.FloatVector;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The machine and the software on which a result was measured.
 *
 * <p>The keys of {@link #facts} are part of the format of results.json and do not change. A fact that this machine does
 * not tell is left out.
 *
 * <pre>
 *   date             when the run began, ISO 8601 in UTC
 *   CPU              name, family and model
 *   stepping, microcode
 *   sockets, cores, threads per core
 *   processors       hardware threads that this JVM may use
 *   L1d, L2, L3      size of a cache of the first processor: "32 KiB"
 *   governor, boost  frequency scaling: "performance", "on"
 *   memory           of the machine
 *   CPU limit, memory limit            of the container; left out if there is none
 *   hypervisor       left out on bare metal
 *   system           operating system, kernel, architecture
 *   JDK, JVM options, collector, heap, vectors
 *   huge pages       transparent huge pages: always, madvise, never
 *   GPU 0, GPU 1 …   name, driver, memory, clock, power limit
 *   commit           of the tree in which the classes were built
 *   load             one-minute average before the run
 * </pre>
 */
public final class Machine {
    private final Path root;

    /** @param root the folder in which {@code proc} and {@code sys} are looked for: "/", or one of a test */
    Machine(Path root) {
        this.root = root;
    }

    /** All facts of this machine, in a fixed order. Does not throw: a fact that cannot be read is left out. */
    public static SequencedMap<String, Object> facts() {
        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        facts.put(
                "date",
                ZonedDateTime.now(ZoneOffset.UTC)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
        facts.putAll(new Machine(Path.of("/")).hardware());
        facts.putIfAbsent("CPU", processorName());
        facts.put(
                "system",
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + ", "
                        + System.getProperty("os.arch"));
        facts.put("JDK", System.getProperty("java.version") + ", " + System.getProperty("java.vm.vendor"));
        facts.put("JVM options", options(ManagementFactory.getRuntimeMXBean().getInputArguments()));
        facts.put(
                "collector",
                collector(
                        ManagementFactory.getGarbageCollectorMXBeans().stream()
                                .map(GarbageCollectorMXBean::getName)
                                .toList()));
        facts.put("heap", bytes(Runtime.getRuntime().maxMemory()));
        vectors().ifPresent(v -> facts.put("vectors", v));
        gpus(output(
                                "nvidia-smi",
                                "--query-gpu=name,driver_version,memory.total,clocks.sm,clocks.max.sm,power.limit",
                                "--format=csv,noheader")
                        .orElse(""))
                .forEach(
                        gpu ->
                                facts.put(
                                        "GPU " + facts.keySet().stream().filter(k -> k.startsWith("GPU ")).count(),
                                        gpu));
        facts.put("commit", commit());
        load().ifPresent(load -> facts.put("load", load));
        return facts;
    }

    /** What the folders {@code proc} and {@code sys} tell; on macOS what {@code sysctl} prints. */
    SequencedMap<String, Object> hardware() {
        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        Optional<String> listed = read("proc/cpuinfo");
        CpuInfo cpu = CpuInfo.parse(listed.orElse(""));
        put(facts, "CPU", cpu.title());
        put(facts, "stepping", cpu.stepping());
        put(facts, "microcode", cpu.microcode());
        count(facts, "sockets", cpu.sockets());
        count(facts, "cores", cpu.cores());
        count(facts, "threads per core", cpu.cores() == 0 ? 0 : cpu.processors() / cpu.cores());
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        caches(facts);
        read("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").ifPresent(v -> put(facts, "governor", v));
        boost().ifPresent(v -> facts.put("boost", v));
        field(read("proc/meminfo").orElse(""), "MemTotal").ifPresent(v -> facts.put("memory", bytes(v * 1024)));
        cpuLimit().ifPresent(v -> facts.put("CPU limit", v));
        memoryLimit().ifPresent(v -> facts.put("memory limit", bytes(v)));
        hypervisor(cpu).ifPresent(v -> facts.put("hypervisor", v));
        hugePages().ifPresent(v -> facts.put("huge pages", v));
        if (listed.isEmpty() && isMac()) {
            output(
                            "sysctl",
                            "machdep.cpu.brand_string",
                            "hw.physicalcpu",
                            "hw.l1dcachesize",
                            "hw.l2cachesize",
                            "hw.l3cachesize",
                            "hw.memsize")
                    .ifPresent(text -> facts.putAll(sysctl(text)));
        }
        return facts;
    }

    private static boolean isMac() {
        return System.getProperty("os.name").startsWith("Mac");
    }

    private static String processorName() {
        String name = System.getenv("PROCESSOR_IDENTIFIER"); // Windows
        return name == null ? System.getProperty("os.arch") : name;
    }

    /** The bytes of the last caches of all processors together: of a server with twelve of 32 MiB, 384 MiB. */
    OptionalLong lastCacheBytes() {
        long last = 0;
        int sharers = 1;
        for (int i = 0; i < 8; i++) {
            String cache = "sys/devices/system/cpu/cpu0/cache/index" + i + "/";
            long size = size(read(cache + "size").orElse(""));
            if (size > last) {
                last = size;
                sharers = processors(read(cache + "shared_cpu_list").orElse(""));
            }
        }
        int all = CpuInfo.parse(read("proc/cpuinfo").orElse("")).processors();
        long caches = Math.max(1, all / Math.max(1, sharers));
        return last == 0 ? OptionalLong.empty() : OptionalLong.of(last * caches);
    }

    /** The number of processors in a list as Linux writes it: 5 in "0-3,8"; 0 if it is empty. */
    static int processors(String list) {
        int count = 0;
        for (String range : list.split(",")) {
            if (range.matches("\\d{1,6}(-\\d{1,6})?")) {
                String[] ends = range.split("-");
                count += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
            }
        }
        return count;
    }

    private void caches(SequencedMap<String, Object> facts) {
        for (int i = 0; i < 8; i++) {
            String cache = "sys/devices/system/cpu/cpu0/cache/index" + i + "/";
            String level = read(cache + "level").orElse("");
            String type = read(cache + "type").orElse("");
            long size = size(read(cache + "size").orElse(""));
            if (!level.isEmpty() && size > 0 && !type.equals("Instruction")) {
                facts.put("L" + level + (type.equals("Data") ? "d" : ""), bytes(size));
            }
        }
    }

    private Optional<String> boost() {
        Optional<String> off = read("sys/devices/system/cpu/intel_pstate/no_turbo");
        return off.isPresent()
                ? off.map(v -> v.equals("0") ? "on" : "off")
                : read("sys/devices/system/cpu/cpufreq/boost").map(v -> v.equals("1") ? "on" : "off");
    }

    private Optional<String> hypervisor(CpuInfo cpu) {
        Optional<String> type = read("sys/hypervisor/type");
        String vendor =
                (read("sys/class/dmi/id/sys_vendor").orElse("")
                                + " "
                                + read("sys/class/dmi/id/product_name").orElse(""))
                        .strip();
        return type.isPresent()
                ? type
                : cpu.virtual() ? Optional.of(vendor.isEmpty() ? "of unknown kind" : vendor) : Optional.empty();
    }

    /** The setting in brackets: "madvise" of "always [madvise] never". */
    private Optional<String> hugePages() {
        return read("sys/kernel/mm/transparent_hugepage/enabled")
                .filter(v -> v.contains("[") && v.indexOf(']') > v.indexOf('['))
                .map(v -> v.substring(v.indexOf('[') + 1, v.indexOf(']')));
    }

    /** The number of processors that the container may use, by its quota; empty without one. */
    OptionalDouble cpuLimit() {
        double limit = Double.POSITIVE_INFINITY;
        for (String group : groups("")) {
            String[] max = read("sys/fs/cgroup" + group + "/cpu.max").orElse("max").split("\\s+");
            limit = Math.min(limit, max.length < 2 ? Double.POSITIVE_INFINITY : quotient(max[0], max[1]));
        }
        for (String group : groups("cpu")) {
            String folder = "sys/fs/cgroup/cpu" + group;
            limit =
                    Math.min(
                            limit,
                            quotient(
                                    read(folder + "/cpu.cfs_quota_us").orElse(""),
                                    read(folder + "/cpu.cfs_period_us").orElse("")));
        }
        return limit == Double.POSITIVE_INFINITY ? OptionalDouble.empty() : OptionalDouble.of(limit);
    }

    /** The bytes of memory that the container may use; empty without a limit. */
    OptionalLong memoryLimit() {
        long limit = Long.MAX_VALUE;
        for (String group : groups("")) {
            limit = Math.min(limit, number(read("sys/fs/cgroup" + group + "/memory.max").orElse("")));
        }
        for (String group : groups("memory")) {
            limit = Math.min(limit, number(read("sys/fs/cgroup/memory" + group + "/memory.limit_in_bytes").orElse("")));
        }
        return limit > 1L << 60 ? OptionalLong.empty() : OptionalLong.of(limit); // "no limit" is a very large number
    }

    /** The control group of this process and those it is in: "/a/b", "/a" and "". */
    private List<String> groups(String controller) {
        String group =
                read("proc/self/cgroup")
                        .orElse("")
                        .lines()
                        .map(line -> line.split(":", 3))
                        .filter(parts -> parts.length == 3 && List.of(parts[1].split(",")).contains(controller))
                        .map(parts -> parts[2])
                        .findFirst()
                        .orElse("");
        List<String> groups = new ArrayList<>();
        for (; group.length() > 1; group = group.substring(0, Math.max(0, group.lastIndexOf('/')))) {
            groups.add(group);
        }
        groups.add("");
        return groups;
    }

    private static double quotient(String quota, String period) {
        long q = number(quota);
        long p = number(period);
        return q <= 0 || p <= 0 || q == Long.MAX_VALUE || p == Long.MAX_VALUE
                ? Double.POSITIVE_INFINITY
                : (double) q / p;
    }

    /** A count; Long.MAX_VALUE for "max", for an empty text and for anything else. */
    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    /** The bytes of "32K", "16384K", "1M"; 0 for anything else. */
    static long size(String text) {
        String digits = text.replaceAll("[KMG]$", "");
        long n = number(digits);
        long unit =
                switch (text.length() == digits.length() ? ' ' : text.charAt(text.length() - 1)) {
                    case 'K' -> 1L << 10;
                    case 'M' -> 1L << 20;
                    case 'G' -> 1L << 30;
                    default -> 1;
                };
        return n == Long.MAX_VALUE || n < 0 ? 0 : n * unit;
    }

    /** The kilobytes of a line "MemTotal:  8048848 kB". */
    private static Optional<Long> field(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> number(line.substring(name.length() + 1).replace("kB", "")))
                .filter(v -> v != Long.MAX_VALUE)
                .findFirst();
    }

    /** Facts of macOS in the words of {@link #facts}. */
    static SequencedMap<String, Object> sysctl(String text) {
        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(": ");
            String value = colon < 0 ? "" : line.substring(colon + 2).strip();
            if (value.isEmpty()) {
                continue;
            }
            switch (line.substring(0, colon)) {
                case "machdep.cpu.brand_string" -> facts.put("CPU", value);
                case "hw.physicalcpu" -> count(facts, "cores", size(value));
                case "hw.l1dcachesize" -> facts.put("L1d", bytes(size(value)));
                case "hw.l2cachesize" -> facts.put("L2", bytes(size(value)));
                case "hw.l3cachesize" -> facts.put("L3", bytes(size(value)));
                case "hw.memsize" -> facts.put("memory", bytes(size(value)));
                default -> {} // a value that was not asked for
            }
        }
        return facts;
    }

    private static void put(SequencedMap<String, Object> facts, String key, String value) {
        if (!value.isEmpty()) {
            facts.put(key, value);
        }
    }

    private static void count(SequencedMap<String, Object> facts, String key, long value) {
        if (value > 0) {
            facts.put(key, value);
        }
    }

    /** "32 KiB", "15.6 GiB". */
    static String bytes(long bytes) {
        double value = bytes / 1024.0;
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }

    /** The options that can change speed; others may contain paths. */
    static String options(List<String> arguments) {
        return arguments.stream()
                .filter(a -> a.matches("-X[^/]*|-Dchainrule[^/]*|--(enable-preview|add-modules)[^/]*|-server|-client"))
                .collect(Collectors.joining(" "));
    }

    /** "G1", "Parallel", "Serial", "ZGC" or "Shenandoah" by the names of the JVM's collectors. */
    static String collector(List<String> names) {
        String all = String.join(", ", names);
        return all.contains("G1")
                ? "G1"
                : all.contains("PS ")
                        ? "Parallel"
                        : all.contains("MarkSweepCompact")
                                ? "Serial"
                                : all.contains("ZGC") ? "ZGC" : all.contains("Shenandoah") ? "Shenandoah" : all;
    }

    /** The widest vectors of this CPU: "256 bits"; empty if the JVM was started without the Vector API. */
    private static Optional<String> vectors() {
        try {
            return Optional.of(FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits");
        } catch (LinkageError _) {
            return Optional.empty();
        }
    }

    /** The rows that nvidia-smi prints for name, driver, memory, clock, largest clock and power limit, in words. */
    static List<String> gpus(String csv) {
        return csv.lines()
                .map(line -> Arrays.stream(line.split(",")).map(String::strip).toList())
                .filter(v -> v.size() == 6)
                .map(
                        v ->
                                v.get(0)
                                        + ", driver "
                                        + v.get(1)
                                        + ", "
                                        + v.get(2)
                                        + ", clock "
                                        + v.get(3)
                                        + " of "
                                        + v.get(4)
                                        + ", power limit "
                                        + v.get(5))
                .toList();
    }

    /** What a program prints to its standard output; empty if it is not installed, fails or takes over five seconds. */
    static Optional<String> output(String... command) {
        try {
            Path file = Files.createTempFile("chainrule", ".txt");
            try {
                Process process =
                        new ProcessBuilder(command)
                                .redirectError(ProcessBuilder.Redirect.DISCARD)
                                .redirectOutput(file.toFile())
                                .start();
                process.getOutputStream().close();
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return Optional.empty();
                }
                return process.exitValue() == 0
                        ? Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip())
                        : Optional.empty();
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** The text of a file under the root without the white space around it; empty if it cannot be read. */
    private Optional<String> read(String name) {
        try {
            return Optional.of(Files.readString(root.resolve(name), StandardCharsets.ISO_8859_1).strip());
        } catch (IOException | InvalidPathException | SecurityException _) {
            return Optional.empty();
        }
    }

    /** The folder of the project whose classes run. @throws IllegalStateException if they are not in one */
    public static Path home() {
        try {
            Path classes = Path.of(Machine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            for (Path folder = classes; folder != null; folder = folder.getParent()) {
                if (Files.exists(folder.resolve("run")) && Files.isDirectory(folder.resolve("bench"))) {
                    return folder;
                }
            }
            throw new IllegalStateException(classes + " is not in a folder of the project");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The commit of the tree in which the classes were built, marked if files have changed since. */
    private static String commit() {
        try {
            Path classes = Path.of(Machine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return output("git", "-C", classes.toString(), "describe", "--always", "--abbrev=10", "--dirty")
                    .filter(answer -> !answer.isEmpty())
                    .orElse("unknown");
        } catch (URISyntaxException _) {
            return "unknown";
        }
    }

    private static Optional<String> load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load < 0
                ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT, "%.2f before the run, one-minute average", load));
    }

    /** The most memory of this process so far, as Linux counts it; elsewhere the memory of the heap. */
    public static double peakBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return 1024 * Double.parseDouble(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException _) {
            // Not Linux.
        }
        return Runtime.getRuntime().totalMemory();
    }
}

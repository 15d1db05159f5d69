package chainrule.experiments.soak;

import com.sun.management.UnixOperatingSystemMXBean;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The memory of the process at one moment. A value that the system does not provide is NaN.
 *
 * @param seconds since the soak began
 * @param steps of training so far
 * @param heap bytes of live objects after a full garbage collection
 * @param nonHeap bytes of classes, compiled code and the JVM's own tables
 * @param resident bytes of the process in physical memory, VmRSS of proc(5)
 * @param threads number of live threads
 * @param files number of open files
 */
record MemorySample(
        double seconds, long steps, double heap, double nonHeap, double resident, int threads, double files) {
    static final String CSV_HEADER = "seconds,steps,heap,nonHeap,resident,threads,files";

    private static final Path STATUS = Path.of("/proc/self/status");

    /** Collects garbage first, so that the heap holds live objects only. */
    static MemorySample take(double seconds, long steps) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        pause(); // the JVM returns memory to the system a little later
        return new MemorySample(
                seconds,
                steps,
                memory.getHeapMemoryUsage().getUsed(),
                memory.getNonHeapMemoryUsage().getUsed(),
                residentBytes(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                openFiles());
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(500));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static double residentBytes() {
        try {
            List<String> lines = Files.isReadable(STATUS) ? Files.readAllLines(STATUS) : List.of();
            return lines.stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException _) {
            return Double.NaN;
        }
    }

    private static double openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : Double.NaN;
    }

    String csv() {
        return String.format(
                Locale.ROOT, "%.1f,%d,%.0f,%.0f,%.0f,%d,%.0f", seconds, steps, heap, nonHeap, resident, threads, files);
    }

    /** One line of progress. */
    String words() {
        return String.format(
                Locale.ROOT,
                "%6.1f min %,10d steps   heap %6.1f MB   resident %7.1f MB   %d threads, %.0f files",
                seconds / 60,
                steps,
                heap / 1e6,
                resident / 1e6,
                threads,
                files);
    }
}

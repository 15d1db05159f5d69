package chainrule.bench.path;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The CPU's caches, as Linux describes them. */
final class Caches {
    private static final Path CPUS = Path.of("/sys/devices/system/cpu");

    /** Assumed where the system describes no caches. */
    static final long FALLBACK = 32L << 20;

    private Caches() {}

    /** Bytes of all last-level caches together. A processor may have several, each shared by some of the cores. */
    static long lastLevelBytes() {
        return lastLevelBytes(CPUS);
    }

    /** @param cpus a folder with cpu0/cache/index0/{level,size,shared_cpu_list}, … */
    static long lastLevelBytes(Path cpus) {
        Map<Integer, Long> bytes = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (Path cpu : folders(cpus, "cpu\\d+")) {
            for (Path cache : folders(cpu.resolve("cache"), "index\\d+")) {
                String level = text(cache.resolve("level"));
                String size = text(cache.resolve("size"));
                if (!level.matches("\\d+") || !size.matches("\\d+[KMG]?")) {
                    continue;
                }
                String shared = text(cache.resolve("shared_cpu_list"));
                if (seen.add(cache.getFileName() + " " + (shared.isEmpty() ? cpu : shared))) {
                    bytes.merge(Integer.valueOf(level), bytes(size), Long::sum);
                }
            }
        }
        return bytes.keySet().stream().max(Integer::compare).map(bytes::get).orElse(FALLBACK);
    }

    private static long bytes(String size) {
        long number = Long.parseLong(size.replaceAll("[KMG]", ""));
        return size.endsWith("K")
                ? number << 10
                : size.endsWith("M") ? number << 20 : size.endsWith("G") ? number << 30 : number;
    }

    private static Iterable<Path> folders(Path parent, String name) {
        if (!Files.isDirectory(parent)) {
            return Set.of();
        }
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(p -> p.getFileName().toString().matches(name)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException _) {
            return ""; // a virtual machine may describe only a part
        }
    }
}

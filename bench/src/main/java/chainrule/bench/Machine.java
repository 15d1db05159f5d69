package chainrule.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** The machine and the software on which a result was measured. */
final class Machine {
    private Machine() {}

    /** CPU, JDK, commit, and the load of the machine when the run began. */
    static SequencedMap<String, Object> facts() {
        SequencedMap<String, Object> facts = new LinkedHashMap<>();
        facts.put("CPU", cpu());
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("JDK", System.getProperty("java.version") + ", " + System.getProperty("java.vm.vendor"));
        facts.put("commit", commit());
        facts.put("load", load());
        return facts;
    }

    /** "AMD EPYC, family 25, model 17" as reported by Linux; elsewhere the architecture. */
    private static String cpu() {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        try {
            List<String> lines = Files.readAllLines(info);
            String name = value(lines, "model name");
            return name.isEmpty()
                    ? System.getProperty("os.arch")
                    : name + ", family " + value(lines, "cpu family") + ", model " + value(lines, "model");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.split(":")[0].strip().equals(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** The commit of the tree in which the classes were built, marked if files have changed since. */
    private static String commit() {
        try {
            Path classes = Path.of(Machine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            Process git =
                    new ProcessBuilder(
                                    "git", "-C", classes.toString(), "describe", "--always", "--abbrev=10", "--dirty")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return answer.isEmpty() ? "unknown" : answer;
        } catch (IOException | URISyntaxException _) {
            return "unknown"; // no git here
        }
    }

    private static String load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load < 0 ? "unknown" : String.format(Locale.ROOT, "%.2f before the run, one-minute average", load);
    }
}

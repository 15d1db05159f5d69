package chainrule.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs the fuzzer on one target after another, each in a separate process, and prints the results as rows of a table.
 * Inputs that take new paths are kept in {@code target/fuzz/<target>/corpus}, an input that breaks a contract in the
 * folder above.
 */
final class Campaign {
    /**
     * The classes whose branches guide the fuzzer: the project's readers, and the parsers in the libraries and the JDK.
     */
    private static final String GUIDES =
            String.join(
                    ":",
                    "chainrule.bench.Measurement",
                    "chainrule.bench.Results",
                    "chainrule.data.**",
                    "chainrule.experiments.data.**",
                    "chainrule.experiments.image.**",
                    "chainrule.experiments.mask.**",
                    "chainrule.io.**",
                    "chainrule.layer.**",
                    "chainrule.train.**",
                    "com.google.gson.**",
                    "com.sun.imageio.plugins.jpeg.**",
                    "com.sun.imageio.plugins.png.**",
                    "com.sun.org.apache.xerces.internal.**",
                    "java.util.zip.GZIPInputStream",
                    "java.util.zip.ZipFile*",
                    "org.apache.commons.compress.archivers.**");

    /** The classes in which the fuzzer detects forbidden actions, such as opening a connection. */
    private static final String WATCHED = "chainrule.**";

    private static final Pattern DONE = Pattern.compile("#(\\d+)\\s+DONE\\s+cov: (\\d+) ft: (\\d+) corp: (\\d+)/.*");

    /** The folder in which Linux keeps files in memory, without waiting for a disk. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final Path SEEDS = Path.of("src", "test", "resources", "corpus");

    private Campaign() {}

    /** @param arguments a target or "all", and the seconds for each */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int seconds = Integer.parseInt(arguments[1]);
        List<Target> targets = arguments[0].equals("all") ? Targets.ALL : List.of(Targets.named(arguments[0]));
        boolean whole = true;
        System.out.println("| target | inputs tried | seconds | branches reached | corpus | found |");
        System.out.println("|---|---|---|---|---|---|");
        for (Target target : targets) {
            whole &= run(target.name(), seconds);
        }
        System.exit(whole ? 0 : 1);
    }

    private static boolean run(String target, int seconds) throws IOException, InterruptedException {
        Path folder = Path.of("target", "fuzz", target);
        Path found = Files.createDirectories(folder.resolve("corpus"));
        Path log = folder.resolve("log");
        // The fuzzer ends its process without cleaning up, so its files are deleted here.
        Path files =
                Files.createTempDirectory(
                        Files.isWritable(MEMORY) ? MEMORY : folder.toAbsolutePath(), "chainrule-files");
        long start = System.nanoTime();
        int status =
                new ProcessBuilder(command(target, seconds, folder, found, files))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();
        delete(files);
        long taken = (System.nanoTime() - start) / 1_000_000_000;
        String[] counts = {"?", "?", "?", "?"};
        for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
            Matcher done = DONE.matcher(line);
            if (done.matches()) {
                for (int i = 0; i < counts.length; i++) {
                    counts[i] = done.group(i + 1);
                }
            }
        }
        boolean whole = status == 0 && !counts[0].equals("?");
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %s | %s | %s |%n",
                target,
                counts[0],
                taken,
                counts[1],
                counts[3],
                whole ? "nothing" : "see " + log);
        return whole;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static List<String> command(String target, int seconds, Path folder, Path found, Path files) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+EnableDynamicAgentLoading",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Djava.awt.headless=true",
                        "-D" + Wrap.PLACE + "=" + files,
                        "-Xmx1g",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + Fuzz.class.getName(),
                        "--target_args=" + target,
                        "--instrumentation_includes=" + GUIDES,
                        "--custom_hook_includes=" + WATCHED,
                        "--reproducer_path=" + folder,
                        "-artifact_prefix=" + folder + "/",
                        "-max_total_time=" + seconds,
                        "-max_len=16384",
                        "-timeout=" + Harness.HANGS.toSeconds(),
                        "-rss_limit_mb=4096",
                        found.toString(),
                        SEEDS.resolve(target).toString()));
        return command;
    }
}

package chainrule.docs;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.SelfTest;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What documents say of "every" or of "these" is compared with all there are. */
class UniversalsTest {
    private static final String CUDA = "kernels/src/main/cuda/";
    private static final String BUGS = "kernels/src/test/resources/chainrule/cuda/emulator/bugs.cu";

    /** A primitive computes on buffers; allocating, copying and waiting are not primitives. */
    private static Set<String> primitives() {
        Set<String> memory =
                Set.of("upload", "download", "fill", "copy", "lend", "allocate", "zeros", "scalar", "scalars");
        return Arrays.stream(Backend.class.getMethods())
                .filter(m -> Arrays.stream(m.getParameterTypes()).anyMatch(t -> t.getSimpleName().equals("Buffer")))
                .map(Method::getName)
                .filter(name -> !memory.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theNotesNameEveryPrimitiveWithoutABenchmark() {
        String benchmarks = sources("bench/src/main/java/chainrule/bench/path/");
        Set<String> without = primitives();
        without.removeIf(name -> benchmarks.contains("k." + name + "("));
        assertThat(paragraph("bench/NOTES.md", "These primitives have no separate benchmark")).isEqualTo(without);
    }

    @Test
    void theHelpOfBenchNamesEverySetOfBenchmarks() {
        String help = String.join(" ", Commands.help(Commands.ALL.get("bench")));
        assertThat(files("bench/src/main/java/chainrule/bench/path/"))
                .filteredOn(file -> file.endsWith("Benchmark.java"))
                .extracting(
                        file -> file.replaceFirst(".*/(\\w+)Benchmark\\.java", "$1").toLowerCase(java.util.Locale.ROOT))
                .allMatch(family -> help.contains(family));
    }

    @Test
    void theEmulatorsTableNamesEverySeededBug() {
        Set<String> seeded = all("__global__ void (\\w+)\\(", Repository.text(BUGS));
        List<String> rows =
                Repository.text("kernels/emulator/README.md")
                        .lines()
                        .dropWhile(line -> !line.startsWith("| bug "))
                        .takeWhile(line -> line.startsWith("|"))
                        .skip(2)
                        .toList();
        assertThat(rows).isNotEmpty();
        Set<String> named = new TreeSet<>();
        for (String row : rows) {
            String[] cells = row.split("\\|");
            Set<String> seeds = all("`(\\w+)`", cells[cells.length - 1]);
            assertThat(seeds).as(row).isNotEmpty();
            named.addAll(seeds);
        }
        assertThat(named).containsAll(seeded);
        named.removeAll(seeded);
        assertThat(named)
                .allMatch(
                        test ->
                                files("kernels/src/test/java/").stream()
                                        .anyMatch(f -> f.endsWith("/" + test + ".java")));
    }

    /** "Each file opens with its formula and the bytes it must move; launches are there or above each kernel." */
    @Test
    void everyKernelFileOpensAsTheGuideSays() {
        assertThat(files(CUDA).stream().filter(file -> file.endsWith(".cu")))
                .isNotEmpty()
                .allSatisfy(
                        file -> {
                            String text = Repository.text(file);
                            String head = text.substring(0, text.indexOf("#include"));
                            assertThat(head)
                                    .as(file)
                                    .containsPattern("=|sum")
                                    .containsPattern("(?i)reads|writes|must move");
                            assertThat(text).as(file).containsPattern("(?i)launch|blocks|threads");
                        });
    }

    /** The table of the doctor in the guide has the primitives and numbers of shapes of today. */
    @Test
    void theDoctorsTableInTheGuideIsOfTodaysSelfTest() {
        Map<String, Long> shapes =
                SelfTest.run(ReferenceBackend::new, name -> name.contains("softmax")).stream()
                        .collect(Collectors.groupingBy(SelfTest.Result::primitive, Collectors.counting()));
        String guide = Repository.text("docs/cuda.md");
        Map<String, Long> printed =
                Pattern.compile("^  (softmax[A-Za-z]*) +(\\d+) ", Pattern.MULTILINE)
                        .matcher(guide)
                        .results()
                        .collect(Collectors.toMap(m -> m.group(1), m -> Long.parseLong(m.group(2))));
        assertThat(printed).isEqualTo(shapes);
        long tests = shapes.values().stream().mapToLong(Long::longValue).sum();
        assertThat(guide).contains("\n1 of " + tests + " tests failed\n");
    }

    @Test
    void theReadmeHasEveryCommand() {
        Set<String> commands = new TreeSet<>(Commands.ALL.keySet());
        commands.removeAll(Set.of(""));
        String readme = Repository.text("README.md");
        assertThat(commands).allMatch(name -> readme.contains("`./run " + name));
    }

    /** The table of results is of the folders there are. */
    @Test
    void theReadmeLinksEveryFolderOfResults() {
        String readme = Repository.text("README.md");
        assertThat(all("experiments/results/([\\w-]+)/", String.join("\n", files("experiments/results/"))))
                .allMatch(folder -> readme.contains("(experiments/results/" + folder + "/)"));
    }

    private static Set<String> paragraph(String file, String start) {
        String text = Repository.text(file);
        int from = text.indexOf(start);
        return all("`(\\w+)`", text.substring(from, text.indexOf("\n\n", from)));
    }

    private static Set<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(m -> m.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> files(String folder) {
        return Repository.FILES.stream().map(Path::toString).filter(file -> file.startsWith(folder)).toList();
    }

    private static String sources(String folder) {
        Function<String, Stream<String>> text = file -> Stream.of(Repository.text(file));
        return files(folder).stream().flatMap(text).collect(Collectors.joining("\n"));
    }
}

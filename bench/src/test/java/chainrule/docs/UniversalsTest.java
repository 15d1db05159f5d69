package chainrule.docs;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.check.PrimitiveCase;
import chainrule.backend.check.PrimitiveCases;
import chainrule.backend.check.SelfTest;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.bench.path.PrimitiveSet;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Compares statements about "every" or "these" in documents with the project. */
class UniversalsTest {
    private static final String CUDA = "kernels/src/main/cuda/";
    private static final String BUGS = "kernels/src/test/resources/chainrule/cuda/emulator/bugs.cu";

    @Test
    void benchmarksMeasureEveryPrimitive() {
        assertThat(
                        Arrays.stream(PrimitiveSet.values())
                                .flatMap(set -> set.cases(set.shapes().getFirst()).stream())
                                .map(PrimitiveCase::primitive)
                                .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        PrimitiveCases.all().stream().map(PrimitiveCase::primitive).distinct().toList());
    }

    @Test
    void helpOfBenchNamesEverySetOfPrimitives() {
        String help = String.join(" ", Commands.help(Commands.ALL.get("bench")));
        assertThat(PrimitiveSet.values())
                .extracting(set -> set.name().toLowerCase(Locale.ROOT))
                .allMatch(help::contains);
    }

    @Test
    void emulatorTableNamesEverySeededBug() {
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
    void kernelFilesOpenAsTheGuideSays() {
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

    /** The doctor's table in the guide has the present primitives and numbers of shapes. */
    @Test
    void doctorTableInTheGuideAgreesWithTheSelfTest() {
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
    void readmeNamesEveryCommand() {
        Set<String> commands = new TreeSet<>(Commands.ALL.keySet());
        commands.removeAll(Set.of(""));
        String readme = Repository.text("README.md");
        assertThat(commands).allMatch(name -> readme.contains("`./run " + name));
    }

    /** The README's table of results links every folder of results. */
    @Test
    void readmeLinksEveryFolderOfResults() {
        String readme = Repository.text("README.md");
        assertThat(all("experiments/results/([\\w-]+)/", String.join("\n", files("experiments/results/"))))
                .allMatch(folder -> readme.contains("(experiments/results/" + folder + "/)"));
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
}

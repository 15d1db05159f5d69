package chainrule.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Each file, folder, class, package and property that a document or a help text names exists. */
class PathsTest {
    static final List<Markdown> DOCUMENTS = Repository.documents();

    /** Names that belong to the user, to a run, or to another program. */
    private static final Pattern ELSEWHERE =
            Pattern.compile(
                    "[~$%/<].*|\\.\\./.*|(?:out|venv|target|modules)(?:/.*)?|.*/target/.*|.*[…<].*|images/.*|CUDA_\\w+|\\d.*|[A-Z/]+");

    private static final Pattern PATH = Pattern.compile("\\.?[\\w*-][\\w.*-]*(?:/[\\w.*-]+)*/?");
    private static final Pattern FILE_NAME = Pattern.compile(".+\\.(?:java|cuh?|md|py|xml|html|csv|ptx|cpp|h)");
    private static final Pattern CLASS = Pattern.compile("([A-Z]\\w*[a-z]\\w*)(?:\\.([a-z]\\w*))?(?:\\(.*\\))?");
    private static final Pattern QUALIFIED = Pattern.compile("(?<![\\w.-])chainrule(?:\\.\\w+)+");
    private static final Pattern PROPERTY = Pattern.compile("-D(chainrule\\.[\\w.]+)\\.(\\w+)|-D(chainrule)\\.(\\w+)");

    /** Names that look like the project's: a HotSpot option, a class of the JDK. */
    private static final Set<String> FOREIGN = Set.of("NodeCountInliningCutoff", "FloatVector");

    @ParameterizedTest
    @FieldSource("DOCUMENTS")
    void linksLeadToExistingFiles(Markdown document) {
        Path folder = Path.of(document.file()).resolveSibling("").normalize();
        assertThat(document.links().stream().map(Markdown.Piece::text))
                .filteredOn(link -> !link.matches("https?:.*|#.*"))
                .allMatch(
                        link -> Repository.holds(folder.resolve(link.replaceFirst("#.*", "")).normalize().toString()));
    }

    @ParameterizedTest
    @FieldSource("DOCUMENTS")
    void documentsNameOnlyExistingThings(Markdown document) {
        String folder = document.file().replaceFirst("[^/]*$", "");
        assertThat(
                        Stream.concat(
                                        document.spans().stream().flatMap(s -> missing(s.text(), folder).stream()),
                                        document.codeLines().stream()
                                                .flatMap(line -> Arrays.stream(line.text().split("[\\s,;]+")))
                                                .filter(word -> word.contains("/"))
                                                .flatMap(word -> missing(word, folder).stream()))
                                .distinct())
                .isEmpty();
        assertThat(QUALIFIED.matcher(document.text()).results().map(m -> m.group()))
                .filteredOn(name -> !document.text().contains("-D" + name) && !qualified(name))
                .isEmpty();
        assertThat(PROPERTY.matcher(document.text()).results())
                .allMatch(
                        m -> m.group(1) != null ? property(m.group(1), m.group(2)) : property(m.group(3), m.group(4)));
    }

    @Test
    void helpTextsNameOnlyExistingFiles() {
        assertThat(
                        Commands.ALL.values().stream()
                                .flatMap(command -> Commands.help(command).stream())
                                .flatMap(text -> Arrays.stream(text.split("[\\s,;()]+")))
                                .filter(word -> word.matches("(bench|docs|engine|experiments|fuzz|kernels)/.*|.*\\.cu"))
                                .map(word -> word.replaceFirst("[.:]$", ""))
                                .flatMap(word -> missing(word, "").stream()))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "README.md, true",
        "op/MatMul.java, true",
        "op/MatMull.java, false",
        "softmax.cu, true",
        "softmux.cu, false",
        "backend/reference/, true",
        "backend/referenz/, false",
        "bench/results/pytorch/ours-4/results.json, false",
        "engine/src/test/resources/traces/*.safetensors, true",
        "InliningTest, true",
        "OutliningTest, false",
        "Backend.openScope, true",
        "Backend.borrow, false",
        "NumberFormatException, true",
        "out/depth/report.html, true",
        "~/.m2/toolchains.xml, true"
    })
    void findsMissingNames(String name, boolean exists) {
        assertThat(missing(name, "").isEmpty()).isEqualTo(exists);
    }

    /** The name, if it looks like one of the project's and does not exist. */
    private static Optional<String> missing(String name, String folder) {
        if (ELSEWHERE.matcher(name).matches()) {
            return Optional.empty();
        }
        var type = CLASS.matcher(name);
        if (type.matches() && !FILE_NAME.matcher(name).matches()) {
            return type(type.group(1), type.group(2)) ? Optional.empty() : Optional.of(name);
        }
        boolean path = PATH.matcher(name).matches() && (name.contains("/") || FILE_NAME.matcher(name).matches());
        return !path || exists(name, folder) ? Optional.empty() : Optional.of(name);
    }

    private static boolean exists(String name, String folder) {
        String path = name.replaceFirst("/$", "");
        return Repository.holds(path)
                || Repository.holds(folder + path)
                || Repository.FILES.stream().anyMatch(f -> ("/" + f + "/").contains("/" + path + "/"));
    }

    /** True if the class exists in the project or in java.lang, with the member if one is named. */
    private static boolean type(String name, String member) {
        if (FOREIGN.contains(name)) {
            return true;
        }
        List<Path> files =
                Repository.FILES.stream().filter(f -> f.getFileName().toString().equals(name + ".java")).toList();
        if (files.isEmpty()) {
            try {
                Class.forName("java.lang." + name);
                return true;
            } catch (ClassNotFoundException _) {
                return false;
            }
        }
        return member == null
                || files.stream().anyMatch(f -> Repository.text(f.toString()).matches("(?s).*\\b" + member + "\\b.*"));
    }

    private static boolean qualified(String name) {
        String path = "/" + name.replace('.', '/');
        return Repository.FILES.stream()
                .map(f -> "/" + f)
                .anyMatch(f -> f.endsWith(path + ".java") || f.contains(path + "/"));
    }

    /** True if a source reads the property, by its whole name or by prefix and name. */
    private static boolean property(String prefix, String name) {
        String sources = SOURCES;
        return sources.contains("\"" + prefix + "." + name + "\"")
                || sources.contains("\"" + prefix + ".\"") && sources.contains("\"" + name + "\"");
    }

    private static final String SOURCES =
            Repository.FILES.stream()
                    .map(Path::toString)
                    .filter(file -> file.matches(".*/src/main/java/.*\\.java"))
                    .map(Repository::text)
                    .collect(Collectors.joining());
}

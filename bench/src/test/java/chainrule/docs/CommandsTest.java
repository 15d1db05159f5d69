package chainrule.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Each command in a document, a help text or a message is valid, and each option exists. */
class CommandsTest {
    static final List<Markdown> DOCUMENTS = Repository.documents();

    private static final Pattern RUN = Pattern.compile("(?:\\$ )?(?:\\w+=\\S+ +)*\\./run\\b.*");
    private static final Pattern EXAMPLE = Pattern.compile("(?:Examples?:)?\\s*(\\./run .*)|.*: (\\./run .*)");

    @ParameterizedTest
    @FieldSource("DOCUMENTS")
    void documentsContainOnlyValidCommands(Markdown document) {
        assertThat(code(document).filter(RUN.asMatchPredicate()).flatMap(c -> Commands.error(c).stream())).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("DOCUMENTS")
    void documentsNameOnlyExistingOptions(Markdown document) {
        Set<String> known =
                Commands.ALL.values().stream()
                        .flatMap(command -> Commands.options(command).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        Repository.FILES.stream()
                .map(Path::toString)
                .filter(file -> file.endsWith(".py"))
                .forEach(script -> known.addAll(all("\"(--\\w+)\"", Repository.text(script))));
        assertThat(document.spans().stream().map(Markdown.Piece::text).filter(s -> s.startsWith("--")))
                .allMatch(span -> known.contains(span.split("[ =]")[0]));
    }

    /** Profiles and modules exist in the poms, and options of a script in the script. */
    @ParameterizedTest
    @FieldSource("DOCUMENTS")
    void documentsNameOnlyExistingProfilesModulesAndScriptOptions(Markdown document) {
        String poms =
                Repository.FILES.stream()
                        .map(Path::toString)
                        .filter(file -> file.endsWith("pom.xml") || file.startsWith(".mvn/"))
                        .map(Repository::text)
                        .collect(Collectors.joining());
        code(document)
                .filter(c -> c.contains("mvn "))
                .forEach(
                        c -> {
                            assertThat(all("-P(\\w+)", c)).allMatch(id -> poms.contains("<id>" + id + "</id>"));
                            assertThat(all("@(\\w+)", c)).allMatch(id -> poms.contains("<id>" + id + "</id>"));
                            assertThat(all("-pl (\\S+)", c).stream().flatMap(m -> Stream.of(m.split(","))))
                                    .allMatch(module -> Repository.holds(module + "/pom.xml"));
                        });
        code(document)
                .filter(c -> c.matches("(?s)(?:\\S+ )?\\S+\\.py\\b.*"))
                .forEach(
                        c -> {
                            String script = all("(\\S+\\.py)\\b", c).getFirst();
                            assertThat(Repository.holds(script)).as(script).isTrue();
                            assertThat(all("(?<!\\S)(--\\w+)", c.replaceAll("\"[^\"]*\"", "")))
                                    .allMatch(Repository.text(script)::contains);
                        });
    }

    @Test
    void helpTextsContainOnlyValidCommands() {
        List<String> errors = new ArrayList<>();
        Commands.ALL
                .values()
                .forEach(
                        command ->
                                Commands.help(command).stream()
                                        .flatMap(String::lines)
                                        .forEach(
                                                line -> {
                                                    Matcher example = EXAMPLE.matcher(line);
                                                    if (example.matches()) {
                                                        String text = example.group(example.group(1) != null ? 1 : 2);
                                                        Commands.error(text).ifPresent(errors::add);
                                                    }
                                                    errors.addAll(Commands.errorsInProse(line));
                                                }));
        assertThat(errors).isEmpty();
    }

    @Test
    void messagesNameOnlyExistingCommands() {
        assertThat(
                        Repository.FILES.stream()
                                .map(Path::toString)
                                .filter(file -> file.matches(".*/src/main/java/.*\\.java"))
                                .flatMap(file -> Commands.errorsInProse(Repository.text(file)).stream()))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "./run depth --epochs 1 --depths 5     a first look|",
                "X=-Dy ./run cifar --net fast|",
                "./run bench --quick --set gemm,loss # short|",
                "./run evaluate --model FILE|",
                "./run predict --model FILE IMAGE…|",
                "./run <study> --help|",
                "./run depht|depht",
                "./run depth --epoch 1|--epoch",
                "./run depth --epochs one|one",
                "./run evaluate|--model",
                "./run bench --render bench/results/pytorch/ours-4|ours-4",
                "./run evaluate --model experiments/results/cifer/model.safetensors|cifer"
            })
    void findsInvalidCommands(String command, String part) {
        if (part == null) {
            assertThat(Commands.error(command)).isEmpty();
        } else {
            assertThat(Commands.error(command)).get().asString().contains(part);
        }
    }

    @Test
    void findsInvalidCommandsInProse() {
        assertThat(Commands.errorsInProse("start with ./run doctor --device emulated, then ./run list")).isEmpty();
        assertThat(Commands.errorsInProse("./run docter, ./run depth --epoch")).hasSize(2);
    }

    private static Stream<String> code(Markdown document) {
        return Stream.concat(document.spans().stream(), document.codeLines().stream()).map(Markdown.Piece::text);
    }

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(m -> m.group(1)).toList();
    }
}

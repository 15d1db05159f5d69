package chainrule.reading;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.regex.Pattern;

import javax.tools.ToolProvider;

/** docs/reading.md lists all that one training step of a dense net executes, and it is short enough to read. */
class ReadingTest {
    private static final Path PAGE = Path.of("../docs/reading.md");
    private static final Path SOURCES = Path.of("src/main/java");
    private static final String STEP = "// one training step";
    private static final int FILES = 14;
    private static final int LINES = 1300;

    /** A row of the page's table: | [`tensor/Tape.java`](…) | 123 | … |. */
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| \\d+ \\| \\[`([\\w/]+\\.java)`]\\([^)]*\\) \\| (\\d+) \\|");

    @TempDir Path folder;

    @Test
    void thePageListsTheFilesThatOneTrainingStepExecutes() throws Exception {
        String page = Files.readString(PAGE);
        Map<String, Integer> executed = executed(page);
        if (Boolean.getBoolean("reading.write")) {
            page = renewed(page, executed);
            Files.writeString(PAGE, page);
        }
        Map<String, Integer> listed = new LinkedHashMap<>();
        ROW.matcher(page).results().forEach(row -> listed.put(row.group(1), Integer.valueOf(row.group(2))));
        assertThat(listed.keySet()).as("files").containsExactlyInAnyOrderElementsOf(executed.keySet());
        assertThat(listed).as("lines to read in each file").containsExactlyInAnyOrderEntriesOf(executed);
        assertThat(page).isEqualTo(renewed(page, executed));
        assertThat(listed.size()).isLessThanOrEqualTo(FILES);
        assertThat(sum(listed)).isLessThanOrEqualTo(LINES);
    }

    /** The page with the lines of each file and the sums of today. */
    private static String renewed(String page, Map<String, Integer> executed) throws IOException {
        int whole = 0;
        for (String file : executed.keySet()) {
            whole += Files.readAllLines(SOURCES.resolve("chainrule").resolve(file)).size();
        }
        String renewed =
                ROW.matcher(page)
                        .replaceAll(
                                row ->
                                        row.group()
                                                .replaceAll(
                                                        "\\| \\d+ \\|$",
                                                        "| " + executed.getOrDefault(row.group(1), 0) + " |"));
        return renewed.replaceFirst(
                        "\\d+ files and [\\d,]+ lines",
                        String.format(Locale.ROOT, "%d files and %,d lines", executed.size(), sum(executed)))
                .replaceFirst("have [\\d,]+ lines", String.format(Locale.ROOT, "have %,d lines", whole));
    }

    private static int sum(Map<String, Integer> lines) {
        return lines.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The lines to read of each file, when the code on the page has run. */
    private Map<String, Integer> executed(String page) throws Exception {
        String code = page.substring(page.indexOf("```java\n") + 8);
        code = code.substring(0, code.indexOf("```"));
        assertThat(code).contains(STEP);
        String step = code.replace(STEP, "chainrule.reading.Executed.start();");
        int end = step.lastIndexOf('}'); // of the scope, whose closing is no part of the step
        run(step.substring(0, end) + "chainrule.reading.Executed.stop();\n}\n");
        Map<String, Integer> lines = new TreeMap<>();
        for (Map.Entry<String, SortedSet<Integer>> type : Executed.lines().entrySet()) {
            String file = type.getKey().replace('.', '/') + ".java";
            Path source = SOURCES.resolve(file);
            if (Files.exists(source)) {
                lines.put(file.substring("chainrule/".length()), Source.read(source).linesToRead(type.getValue()));
            }
        }
        return lines;
    }

    private void run(String code) throws Exception {
        StringBuilder imports = new StringBuilder();
        StringBuilder body = new StringBuilder();
        code.lines().forEach(line -> (line.startsWith("import ") ? imports : body).append(line).append('\n'));
        Path source = folder.resolve("Step.java");
        Files.writeString(
                source,
                imports
                        + "public class Step { public static void run() {\n"
                        + body
                        + "\nchainrule.reading.Executed.stop(); } }\n");
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-proc:none", "-d", folder.toString(), source.toString());
        assertThat(status).as("the code on the page compiles").isZero();
        Map<String, byte[]> classes = new TreeMap<>();
        try (var files = Files.newDirectoryStream(folder, "*.class")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                classes.put(name.substring(0, name.length() - ".class".length()), Files.readAllBytes(file));
            }
        }
        String trace = System.getProperty("chainrule.trace", "false");
        System.setProperty("chainrule.trace", "false"); // tests trace allocations, users do not
        try {
            new Executed.Recorder(classes).loadClass("Step").getMethod("run").invoke(null);
        } finally {
            System.setProperty("chainrule.trace", trace);
        }
    }

    /** A source file as its members, each with the comment above it. Members of nested types are separate. */
    private record Source(List<String> lines, List<Member> members) {
        /** Lines from … to, counted from 1. */
        private record Member(int from, int to, boolean method) {}

        static Source read(Path file) throws IOException {
            List<String> lines = Files.readAllLines(file);
            List<Member> members = new ArrayList<>();
            int depth = 0;
            int from = 0;
            boolean body = false;
            for (int i = 0; i < lines.size(); i++) {
                String line = code(lines.get(i));
                if (line.isBlank() && !lines.get(i).isBlank() || from == 0 && !line.isBlank()) {
                    from = from == 0 ? i + 1 : from;
                }
                boolean type =
                        Pattern.compile("\\b(class|record|interface|enum)\\s+\\w+").matcher(line).find()
                                && !line.contains(".class");
                body |= line.contains("{") && !type;
                depth += count(line, '{') - count(line, '}');
                boolean typeOpens = type && line.contains("{") || !body && line.endsWith("{");
                boolean ends = line.endsWith(";") || line.endsWith("}") || line.endsWith("},") || typeOpens;
                if (from > 0 && !line.isBlank() && ends && (typeOpens || closed(lines, from, i))) {
                    members.add(new Member(from, i + 1, body && !typeOpens));
                    from = 0;
                    body = false;
                }
            }
            return new Source(lines, members);
        }

        /** True if the braces and parentheses from one line to another are balanced. */
        private static boolean closed(List<String> lines, int from, int to) {
            int open = 0;
            for (int i = from - 1; i <= to; i++) {
                String line = code(lines.get(i));
                open += count(line, '{') - count(line, '}') + count(line, '(') - count(line, ')');
            }
            return open <= 0;
        }

        /** A line without comments, strings and characters. */
        private static String code(String line) {
            String stripped = line.strip();
            if (stripped.startsWith("*") || stripped.startsWith("/*")) {
                return "";
            }
            return stripped.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "\"\"")
                    .replaceAll("'(\\\\.|[^'\\\\])'", "' '")
                    .replaceAll("//.*", "")
                    .strip();
        }

        private static int count(String line, char c) {
            return (int) line.chars().filter(d -> d == c).count();
        }

        /**
         * The number of lines without imports and without the methods that did not run.
         *
         * @param ran the first lines of the methods that ran
         */
        int linesToRead(SortedSet<Integer> ran) {
            int sum = 0;
            for (Member m : members) {
                String first = lines.get(m.from - 1);
                boolean header = first.startsWith("import ") || first.startsWith("package ");
                boolean runs = !ran.subSet(m.from, m.to + 1).isEmpty();
                if (!header && (!m.method || runs)) {
                    sum += m.to - m.from + 1;
                }
            }
            return sum;
        }
    }
}

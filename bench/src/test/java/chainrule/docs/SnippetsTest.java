package chainrule.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import javax.tools.ToolProvider;

/** The Java snippets in the documents compile as printed, imports included. */
class SnippetsTest {
    @TempDir Path folder;

    @Test
    void snippetsCompileAsPrinted() throws IOException {
        List<String> snippets = Repository.documents().stream().flatMap(d -> d.code("java").stream()).toList();
        assertThat(snippets).isNotEmpty();
        for (String snippet : snippets) {
            assertThat(errors(snippet)).isEmpty();
        }
    }

    @Test
    void findsMissingImport() throws IOException {
        assertThat(errors("Shape shape = Shape.of(784);\n")).contains("cannot find symbol");
    }

    private String errors(String snippet) throws IOException {
        String imports = snippet.lines().filter(l -> l.startsWith("import ")).collect(Collectors.joining("\n"));
        String body = snippet.lines().filter(l -> !l.startsWith("import ")).collect(Collectors.joining("\n"));
        Path source = folder.resolve("Snippet.java");
        Files.writeString(
                source, imports + "\nclass Snippet { static void main() throws Exception {\n" + body + "\n} }\n");
        StringWriter messages = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of("-proc:none", "-d", folder.toString()),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
        }
        return messages.toString();
    }
}

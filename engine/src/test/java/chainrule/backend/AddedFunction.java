package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles sources with a table of {@link Elementwise} that has one more function. Code that distinguishes functions must
 * not compile then: a switch statement without that function would silently do nothing.
 */
public final class AddedFunction {
    private static final Path TABLE = Path.of("../engine/src/main/java/chainrule/backend/Elementwise.java");

    private static final String ADDED =
            """
            ADDED("x", "1", "(−∞, ∞)", "{1}") {
                    @Override
                    public double value(double x, double a) {
                        return x;
                    }

                    @Override
                    public double derivative(double x, double y, double a) {
                        return 1;
                    }
                },
            """;

    private static final Pattern DISTINGUISHES = Pattern.compile("\\bcase\\b[^>]*\\bLEAKY_RELU\\b");

    private AddedFunction() {}

    /**
     * Asserts that each switch over functions in the sources below a folder is a compile error once a function is added.
     *
     * @param output an empty folder for class files
     * @param files the names of the source files that are known to have such switches
     */
    public static void assertRejected(Path sources, Path output, List<String> options, String... files)
            throws IOException {
        Map<String, Long> switches = new TreeMap<>();
        List<Path> distinguishing = new ArrayList<>();
        try (Stream<Path> all = Files.walk(sources)) {
            for (Path file : all.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
                long count = DISTINGUISHES.matcher(Files.readString(file)).results().count();
                if (count > 0) {
                    switches.put(file.getFileName().toString(), count);
                    distinguishing.add(file);
                }
            }
        }
        assertThat(switches).containsOnlyKeys(files);
        assertThat(errors(distinguishing, output, options)).as("errors, one for each switch").isEqualTo(switches);
    }

    private static Map<String, Long> errors(List<Path> sources, Path output, List<String> options) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
            List<JavaFileObject> units = new ArrayList<>();
            units.add(table());
            files.getJavaFileObjectsFromPaths(sources).forEach(units::add);
            List<String> all = new ArrayList<>(options);
            all.add("-XDshould-stop.ifError=FLOW"); // continue with the switches of the other classes
            all.addAll(List.of("-proc:none", "-implicit:none", "-d", output.toString()));
            all.addAll(List.of("-cp", System.getProperty("java.class.path")));
            compiler.getTask(null, files, found, all, null, units).call();
        }
        Map<String, Long> errors = new TreeMap<>();
        for (Diagnostic<? extends JavaFileObject> d : found.getDiagnostics()) {
            if (d.getKind() == Diagnostic.Kind.ERROR) {
                assertThat(d.getCode()).as(d.toString()).isEqualTo("compiler.err.not.exhaustive");
                errors.merge(Path.of(d.getSource().toUri()).getFileName().toString(), 1L, Long::sum);
            }
        }
        return errors;
    }

    private static JavaFileObject table() throws IOException {
        String text = Files.readString(TABLE);
        int first = text.indexOf("    /** f(x) = x. */");
        assertThat(first).as("the first function of the table").isPositive();
        String longer = text.substring(0, first) + ADDED + text.substring(first);
        return new SimpleJavaFileObject(URI.create("string:///Elementwise.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return longer;
            }
        };
    }
}

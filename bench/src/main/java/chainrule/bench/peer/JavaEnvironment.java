package chainrule.bench.peer;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * The jars of a peer in Java, fetched by Maven, and the compiled classes of its file. They are compiled here because Java's
 * source launcher would add to the peak memory of the peer.
 *
 * @param dependencies the jars, each as GROUP:ARTIFACT:VERSION or GROUP:ARTIFACT:VERSION:CLASSIFIER
 */
record JavaEnvironment(Path folder, List<String> dependencies) implements Environment {
    /** The plugin in the version of the project's pom. */
    static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0";

    /** The property that names the environment to the peer. */
    private static final String FOLDER = "chainrule.environment";

    private static final List<String> PARTS = List.of("groupId", "artifactId", "version", "classifier");

    /** Of a line that also names all other libraries: the library that Maven could not find or transfer, and why. */
    private static final Pattern ERROR =
            Pattern.compile("\\[ERROR] (?:.*(?=Could not (?:find|transfer) artifact ))?(.*?)(?: -> \\[Help \\d+])?");

    private Path libraries() {
        return folder.resolve("lib");
    }

    private Path classes() {
        return folder.resolve("classes");
    }

    /** A file without dependencies needs no installation. */
    @Override
    public State state() {
        return dependencies.isEmpty() ? State.READY : Environment.super.state();
    }

    @Override
    public boolean complete() {
        return Files.isDirectory(libraries());
    }

    @Override
    public String versions() {
        return dependencies.stream()
                .map(dependency -> dependency.split(":"))
                .map(parts -> parts[1] + " " + parts[2])
                .collect(Collectors.joining(", "));
    }

    @Override
    public void install(Programs programs, Consumer<String> console) throws IOException {
        delete(folder);
        Files.createDirectories(folder.resolve(".mvn")); // without it, Maven takes the options of a project around it
        Path pom = Files.writeString(folder.resolve("pom.xml"), pom());
        new Installer(folder, "peers in Java need Maven 3.8 or newer", ERROR, Map.of(), console)
                .run(
                        "Maven cannot fetch the libraries",
                        List.of(
                                programs.maven(),
                                "--batch-mode",
                                "--update-snapshots", // asks again for what was not found before
                                "--file",
                                pom.toString(),
                                PLUGIN + ":copy-dependencies",
                                "-DoutputDirectory=" + libraries(),
                                "-DincludeScope=runtime"));
    }

    private String pom() {
        return dependencies.stream()
                .map(JavaEnvironment::pom)
                .collect(
                        Collectors.joining(
                                "",
                                """
                                <project xmlns="http://maven.apache.org/POM/4.0.0">
                                  <modelVersion>4.0.0</modelVersion>
                                  <groupId>chainrule.peers</groupId>
                                  <artifactId>peer</artifactId>
                                  <version>1</version>
                                  <packaging>pom</packaging>
                                  <dependencies>
                                """,
                                """
                                  </dependencies>
                                </project>
                                """));
    }

    private static String pom(String dependency) {
        String[] parts = dependency.split(":");
        StringBuilder xml = new StringBuilder("    <dependency>\n");
        for (int i = 0; i < parts.length; i++) {
            xml.append(String.format(Locale.ROOT, "      <%1$s>%2$s</%1$s>\n", PARTS.get(i), parts[i]));
        }
        return xml.append("    </dependency>\n").toString();
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path path : (Iterable<Path>) walk.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(path);
                }
            }
        }
    }

    /**
     * The command line that starts the file. Compiles the file first if it has changed.
     *
     * @throws IllegalArgumentException in one line if the file cannot be compiled or has no class with its name
     */
    List<String> command(Path file) {
        String name = file.getFileName().toString().replaceFirst("\\.java$", "");
        Path compiled = folder.resolve(file.getFileName());
        try {
            if (!Files.isRegularFile(compiled) || Files.mismatch(file, compiled) != -1) {
                Files.deleteIfExists(compiled);
                delete(classes());
                Files.createDirectories(classes());
                compile(file);
                Files.copy(file, compiled);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(folder + " cannot be written: " + e.getMessage(), e);
        }
        if (!Files.isRegularFile(classes().resolve(name + ".class"))) {
            throw new IllegalArgumentException(file + " has no class " + name + " outside of packages");
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-D" + FOLDER + "=" + folder,
                "-cp",
                classes() + File.pathSeparator + libraries().resolve("*"),
                name);
    }

    private List<Path> jars() throws IOException {
        if (dependencies.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(libraries())) {
            return files.sorted().toList();
        }
    }

    private void compile(Path file) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalArgumentException(
                    "peers in Java need a JDK, and " + System.getProperty("java.home") + " has no compiler");
        }
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, StandardCharsets.UTF_8)) {
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, jars());
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes()));
            List<String> options = List.of("-proc:none");
            if (!compiler.getTask(null, files, found, options, null, files.getJavaFileObjects(file)).call()) {
                Diagnostic<? extends JavaFileObject> error =
                        found.getDiagnostics().stream()
                                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                                .findFirst()
                                .orElseThrow();
                String message = error.getMessage(Locale.ROOT).lines().collect(Collectors.joining(", "));
                throw new IllegalArgumentException(file + ":" + error.getLineNumber() + ": " + message);
            }
        }
    }
}

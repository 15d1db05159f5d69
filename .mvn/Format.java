import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Passes all Java files of the project to google-java-format, whose command line accepts only files. The parent pom starts
 * this on the project's JDK, because Maven's may be too old to parse them.
 */
class Format {
    /** Javadoc keeps its line breaks: reflowing would break formulas. */
    private static final List<String> STYLE = List.of("--aosp", "--max-line-length=120", "--skip-javadoc-formatting");

    public static void main(String[] mode) throws IOException {
        boolean apply = mode[0].equals("apply");
        List<String> arguments = new ArrayList<>(STYLE);
        arguments.addAll(apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
        try (Stream<Path> files = Files.walk(Path.of(""))) {
            files.filter(Format::isSource).sorted().map(Path::toString).forEach(arguments::add);
        }
        ToolProvider formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
        int status = formatter.run(System.out, System.err, arguments.toArray(String[]::new));
        if (status != 0) {
            System.out.println("The files above are not formatted. To format them: mvn -N validate -Dformat=apply");
        }
        System.exit(status);
    }

    private static boolean isSource(Path file) {
        String name = "/" + file.toString().replace('\\', '/');
        return name.endsWith(".java") && !name.contains("/target/") && !name.contains("/out/");
    }
}

package chainrule.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of the project, to check documents against. */
final class Repository {
    /** Folders made by builds, runs and tools. */
    private static final Set<String> SKIPPED = Set.of("target", "out", "venv", "environments", "__pycache__");

    /** The folder that holds {@code run}. */
    static final Path ROOT = root();

    /** All files, relative to the root, sorted. */
    static final List<Path> FILES = files();

    private Repository() {}

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("run")) || !Files.exists(folder.resolve("README.md"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("no folder above this one holds run and README.md");
            }
        }
        return folder;
    }

    private static List<Path> files() {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(
                    ROOT,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                            String name = folder.getFileName().toString();
                            boolean skipped =
                                    !folder.equals(ROOT)
                                            && (SKIPPED.contains(name)
                                                    || name.startsWith(".")
                                                            && !name.equals(".ci")
                                                            && !name.equals(".mvn"));
                            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                            files.add(ROOT.relativize(file));
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.sort(null);
        return List.copyOf(files);
    }

    /** The text of a file, named relative to the root. */
    static String text(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** True if there is a file or folder of that name, relative to the root; {@code *} matches part of a name. */
    static boolean holds(String path) {
        String name = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (!name.contains("*")) {
            return Files.exists(ROOT.resolve(name));
        }
        var matcher = ROOT.getFileSystem().getPathMatcher("glob:" + name);
        return FILES.stream().anyMatch(matcher::matches);
    }

    /** All Markdown files. */
    static List<Markdown> documents() {
        return FILES.stream()
                .map(Path::toString)
                .filter(file -> file.endsWith(".md"))
                .map(file -> new Markdown(file, text(file)))
                .toList();
    }
}

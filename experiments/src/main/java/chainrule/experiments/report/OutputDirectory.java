package chainrule.experiments.report;

import chainrule.experiments.report.figure.Drawing;
import chainrule.experiments.report.figure.Figure;
import chainrule.io.DurableFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The output directory of a study. Every file is written under a temporary name, then moved into place atomically:
 * readers see either the old file or the new one, and a failure leaves no partial or temporary file.
 */
public final class OutputDirectory {
    private final Path path;
    private final List<Path> created = new ArrayList<>();

    private OutputDirectory(Path path) {
        this.path = path;
        for (Path p = path.toAbsolutePath(); p != null && Files.notExists(p); p = p.getParent()) {
            created.add(p);
        }
    }

    /**
     * Creates the directory if it is missing, and checks that files can be written into it.
     *
     * @throws OutputException if they cannot
     */
    public static OutputDirectory open(Path path) {
        OutputDirectory directory = new OutputDirectory(path);
        try {
            Files.createDirectories(path);
            DurableFile.deleteLeftovers(path); // of killed runs
            Path probe = directory.temporary("probe");
            try {
                Files.write(probe, new byte[] {1});
            } finally {
                Files.deleteIfExists(probe); // on a full disk it exists and is empty
            }
        } catch (IOException e) {
            throw new OutputException("cannot write to the output directory " + path + ": " + reason(e), e);
        }
        return directory;
    }

    public Path path() {
        return path;
    }

    /** Deletes the directories it has created, if they are empty: after a run without results. */
    public void deleteIfEmpty() {
        try {
            for (Path p : created) {
                Files.deleteIfExists(p);
            }
        } catch (IOException _) {
            // The directory is in use.
        }
    }

    /**
     * Writes {@code results.json}, then the report's figures and {@code report.html}. The results go first, so
     * that they are saved even if drawing fails.
     *
     * @param results a tree of records, maps, lists, arrays and plain values: see {@link Json}
     * @throws OutputException if a file cannot be written
     */
    public void write(Report report, Object results) {
        write("results.json", Json.write(results));
        write(report);
    }

    /**
     * Writes the report's figures and {@code report.html}: all of them, or none if writing fails. If Java cannot draw,
     * writes the page without figures and prints the reason.
     */
    public void write(Report report) {
        Optional<String> notDrawn = report.figures().isEmpty() ? Optional.empty() : Drawing.unavailableReason();
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        if (notDrawn.isEmpty()) {
            for (Figure figure : report.figures()) {
                files.put(figure.name() + ".png", figure.png());
            }
        }
        files.put("report.html", HtmlWriter.html(report).getBytes(StandardCharsets.UTF_8));
        writeAll(files);
        notDrawn.ifPresent(reason -> System.err.println("the report has no figures: " + reason));
    }

    /** Writes one text file as UTF-8, such as a table of comma-separated values. */
    public void write(String name, String text) {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes one file. */
    public void write(String name, byte[] content) {
        writeAll(new LinkedHashMap<>(Map.of(name, content)));
    }

    /** Writes all temporary files before moving the first, so that only a failing move can leave a mixed set. */
    private void writeAll(SequencedMap<String, byte[]> files) {
        String current = "";
        try {
            try {
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    current = file.getKey();
                    Files.write(temporary(current), file.getValue());
                }
                for (String name : files.keySet()) {
                    current = name;
                    moveIntoPlace(temporary(name), path.resolve(name));
                }
            } finally {
                for (String name : files.keySet()) {
                    Files.deleteIfExists(temporary(name));
                }
            }
        } catch (IOException e) {
            throw new OutputException("cannot write " + path.resolve(current) + ": " + reason(e), e);
        }
    }

    private static void moveIntoPlace(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** A hidden name that no other process uses. */
    private Path temporary(String name) {
        return path.resolve("." + name + "." + ProcessHandle.current().pid() + ".tmp");
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException a -> "permission denied for " + a.getFile();
            case FileAlreadyExistsException f -> f.getFile() + " is a file, not a directory";
            case FileSystemException f when f.getReason() != null -> f.getFile() + ": " + f.getReason();
            default -> e.getClass().getSimpleName() + ": " + e.getMessage();
        };
    }
}

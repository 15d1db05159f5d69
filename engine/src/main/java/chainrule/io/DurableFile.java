package chainrule.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Replaces files atomically: at any moment, even after a power failure, the file has either its complete old or its
 * complete new content. The new content is written to a temporary file in the same directory, forced to the disk and
 * moved to the final name.
 */
public final class DurableFile {
    private static final Pattern TEMPORARY = Pattern.compile("\\..*\\.(\\d{1,18})\\.tmp");

    private DurableFile() {}

    /** @throws IOException if writing fails; the old file is unchanged then and the temporary file deleted */
    static void write(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            try (FileChannel out =
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
                out.force(true); // otherwise the move may reach the disk before the content
            }
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        force(file.toAbsolutePath().getParent());
    }

    /** Forces the move itself to the disk, on systems that can open directories. */
    private static void force(Path folder) {
        try (FileChannel open = FileChannel.open(folder, StandardOpenOption.READ)) {
            open.force(true);
        } catch (IOException _) {
            // Windows cannot open directories; the move is still atomic.
        }
    }

    /** Deletes temporary files in a directory that were left behind by processes that have ended. */
    public static void deleteLeftovers(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.toList();
        }
        for (Path file : files) {
            Matcher name = TEMPORARY.matcher(file.getFileName().toString());
            if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Returns the reason for a failure in a few words, for a message that already names the file. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "its directory does not exist";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file with that name exists";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            case IOException plain when plain.getClass() == IOException.class && plain.getMessage() != null ->
                    plain.getMessage();
            default -> e.getClass().getSimpleName() + ": " + e.getMessage();
        };
    }
}

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
 * Writes a file so that at any moment, a power cut included, its name holds the old content or the new one, whole: the
 * new content goes to a temporary file beside it, is forced to the disk, and takes the name in one move.
 */
public final class DurableFile {
    private static final Pattern TEMPORARY = Pattern.compile("\\..*\\.(\\d{1,18})\\.tmp");

    private DurableFile() {}

    /** @throws IOException if that fails: the old file is untouched and no temporary one is left behind */
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
                out.force(true); // else the move may reach the disk before the content does
            }
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        force(file.toAbsolutePath().getParent());
    }

    /** Brings the move itself to the disk, where the system lets folders be opened for that. */
    private static void force(Path folder) {
        try (FileChannel open = FileChannel.open(folder, StandardOpenOption.READ)) {
            open.force(true);
        } catch (IOException _) {
            // Windows does not open folders; the move is still atomic.
        }
    }

    /** Deletes the temporary files in a folder that processes no longer alive have left there. */
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

    /** Why it failed, in a few words for a message that has named the file. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "its folder does not exist";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file is in the way";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            case IOException plain when plain.getClass() == IOException.class && plain.getMessage() != null ->
                    plain.getMessage();
            default -> e.getClass().getSimpleName() + ": " + e.getMessage();
        };
    }
}

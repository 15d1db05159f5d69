package chainrule.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Files made of whatever bytes the fuzzer has. */
public final class Wrap {
    private static final Path FOLDER = folder();

    private Wrap() {}

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("chainrule-fuzz");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A place of the thread's own in a folder that is gone with the process, once it is empty. */
    public static Path place(String name) {
        return FOLDER.resolve(Thread.currentThread().threadId() + "-" + name);
    }

    /** A file on disk for readers that want one: the same for every call of a thread, and gone with the process. */
    public static Path file(String name, byte[] content) {
        try {
            Path file = place(name);
            file.toFile().deleteOnExit();
            return Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compressed, with the right checksum. */
    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Lines "key=value" of UTF-8; a line without an equals sign is a key without a value. */
    public static Map<String, String> lines(byte[] text) {
        Map<String, String> lines = new LinkedHashMap<>();
        new String(text, StandardCharsets.UTF_8)
                .lines()
                .forEach(
                        line -> {
                            int equals = line.indexOf('=');
                            lines.put(
                                    equals < 0 ? line : line.substring(0, equals),
                                    equals < 0 ? "" : line.substring(equals + 1));
                        });
        return lines;
    }
}

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

/** Makes files from the fuzzer's bytes. */
public final class Wrap {
    /** The system property that replaces the system's folder for temporary files. */
    static final String PLACE = "chainrule.fuzz.place";

    private static final Path FOLDER = folder();

    private Wrap() {}

    private static Path folder() {
        try {
            Path parent = Path.of(System.getProperty(PLACE, System.getProperty("java.io.tmpdir")));
            Path folder = Files.createTempDirectory(parent, "chainrule-fuzz");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A path for this thread only, in a folder that is deleted when the process ends, if it is empty. */
    public static Path place(String name) {
        return FOLDER.resolve(Thread.currentThread().threadId() + "-" + name);
    }

    /**
     * A file on disk for readers that need one: the same for all calls of a thread, and deleted when the process ends.
     */
    public static Path file(String name, byte[] content) {
        try {
            Path file = place(name);
            file.toFile().deleteOnExit();
            return Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The content compressed with gzip, with the right checksum. */
    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The map of UTF-8 lines "key=value"; a line without an equals sign is a key without a value. */
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

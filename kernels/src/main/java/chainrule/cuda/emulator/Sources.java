package chainrule.cuda.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The emulator's C++, packed with the classes.
 *
 * @param files the text of each, by its path, such as {@code core/status.h}
 */
record Sources(SortedMap<String, String> files) {
    private static final String FOLDER = "source";

    /** The files in the folder next to this class, on disk or in a jar. */
    static Sources packed() {
        try {
            URI folder = Sources.class.getResource(FOLDER).toURI();
            if (!folder.getScheme().equals("jar")) {
                return read(Path.of(folder));
            }
            try (FileSystem jar = FileSystems.newFileSystem(folder, Map.of())) {
                return read(jar.provider().getPath(folder));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Sources read(Path folder) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
                files.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return new Sources(files);
    }

    void unpack(Path folder) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.writeString(target, file.getValue());
        }
    }

    /** The paths of the .cpp files of libcublas, or of libcuda. */
    List<String> units(boolean cublas) {
        return files.keySet().stream()
                .filter(path -> path.endsWith(".cpp"))
                .filter(path -> cublas == (path.startsWith("blas/") || path.contains("cublas")))
                .toList();
    }

    /** A hash of the sources and the other strings: 16 hexadecimal digits. */
    String key(String... others) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((path, text) -> add(digest, path, text));
            add(digest, others);
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(MessageDigest digest, String... texts) {
        for (String text : texts) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
    }
}

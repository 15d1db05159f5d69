package chainrule.experiments.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Zip archives for tests, whole and damaged ones. */
final class Zips {
    private Zips() {}

    /** An archive with these names, each with the bytes of its own name as content, folders empty. */
    static Path write(Path file, String... names) {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String name : names) {
                put(zip, name, name.endsWith("/") ? new byte[0] : name.getBytes(StandardCharsets.UTF_8), true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Adds one entry. @param packed whether it is compressed */
    static void put(ZipOutputStream zip, String name, byte[] content, boolean packed) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        if (!packed) {
            CRC32 crc = new CRC32();
            crc.update(content);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(content.length);
            entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** Replaces a text by another of the same length wherever it stands: what no well-behaved program writes. */
    static Path patch(Path file, String found, String put) throws IOException {
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (!bytes.contains(found) || found.length() != put.length()) {
            throw new IllegalArgumentException(found + " cannot become " + put);
        }
        return Files.writeString(file, bytes.replace(found, put), StandardCharsets.ISO_8859_1);
    }
}

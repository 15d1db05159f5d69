package chainrule.experiments.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Zip archives for tests, valid and damaged ones. */
final class Zips {
    private Zips() {}

    /** An archive with these names; the content of each file is its name. */
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

    /** Adds one entry. @param packed true to compress it */
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

    /** Replaces every occurrence of a text by another of the same length. */
    static Path patch(Path file, String found, String put) throws IOException {
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (!bytes.contains(found) || found.length() != put.length()) {
            throw new IllegalArgumentException(found + " cannot become " + put);
        }
        return Files.writeString(file, bytes.replace(found, put), StandardCharsets.ISO_8859_1);
    }
}

package chainrule.experiments.data;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Writes tar.gz archives for tests, valid and malicious ones. */
final class Tars implements AutoCloseable {
    private final TarArchiveOutputStream out;

    Tars(Path file) {
        try {
            out = new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)));
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An archive with these names; the content of each file is its name. */
    static Path write(Path file, String... names) {
        try (Tars tar = new Tars(file)) {
            for (String name : names) {
                tar.file(name, name.getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    Tars file(String name, byte[] content) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        return put(entry, content);
    }

    Tars folder(String name) {
        return put(new TarArchiveEntry(name + "/", true), new byte[0]);
    }

    /** @param kind such as {@link TarConstants#LF_SYMLINK} */
    Tars link(String name, byte kind, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    /** Writes the name of the next entry in the format of GNU tar for long names. */
    Tars longName(int letters) {
        TarArchiveEntry entry = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        entry.setSize(letters);
        byte[] name = new byte[letters];
        Arrays.fill(name, (byte) 'x');
        return put(entry, name);
    }

    private Tars put(TarArchiveEntry entry, byte[] content) {
        try {
            out.putArchiveEntry(entry);
            out.write(content);
            out.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

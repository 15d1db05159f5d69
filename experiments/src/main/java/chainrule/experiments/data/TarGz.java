package chainrule.experiments.data;

import chainrule.data.DataException;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Reads untrusted tar.gz archives; writes nothing to disk. */
final class TarGz {
    private static final int BUFFER = 1 << 16;

    private TarGz() {}

    /** Called with the files of an archive, one after another, without {@linkplain EntryName#isHidden hidden} ones. */
    @FunctionalInterface
    interface Visitor {
        /**
         * @param name a unique relative path without ".."
         * @param content need not be read; fails if the archive is truncated
         */
        void file(String name, InputStream content) throws IOException;
    }

    /**
     * Reads the whole archive.
     *
     * @throws DataException naming the archive, if it cannot be read, is damaged or truncated, or holds more than the
     *     limits allow, a link, a device, two files of one name, or a name that leads out of its folder
     */
    static void read(Path archive, ArchiveLimits limits, Visitor visitor) {
        try (Packed packed = new Packed(archive);
                Unpacked unpacked = new Unpacked(archive, limits, packed);
                TarArchiveInputStream tar = new TarArchiveInputStream(unpacked)) {
            Set<String> seen = new HashSet<>();
            long count = 0;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                limits.requireFiles(archive, ++count);
                String name = name(archive, entry);
                if (entry.isDirectory() || EntryName.isHidden(name)) {
                    continue;
                }
                String shown = archive + ": " + EntryName.shown(name);
                if (!isPlain(entry)) {
                    throw new DataException(shown + " is rejected: it is a link or another special file");
                }
                if (!seen.add(EntryName.folded(name))) {
                    throw new DataException(shown + " is rejected: the archive holds two files of this name");
                }
                limits.requireFile(shown, entry.getSize());
                visitor.file(name, new Content(tar));
            }
            unpacked.skip(Long.MAX_VALUE); // reads gzip's checksum at the end
        } catch (EOFException e) {
            throw new DataException(archive + " is truncated", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new DataException(archive + " is not a valid tar.gz archive: " + e.getMessage(), e);
        }
    }

    private static boolean isPlain(TarArchiveEntry entry) {
        byte kind = entry.getLinkFlag();
        return (kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM) && !entry.isSparse();
    }

    private static String name(Path archive, TarArchiveEntry entry) {
        String name = entry.getName();
        while (name.startsWith("./")) { // written by tar for the folder "."
            name = name.substring(2);
        }
        if (entry.isDirectory() && name.endsWith("/")) {
            name = name.substring(0, name.length() - 1);
        }
        if (!(entry.isDirectory() && name.isEmpty())) {
            EntryName.require(archive + ": " + EntryName.shown(name), name);
        }
        return name;
    }

    /** True if a file starts like a gzip file. */
    static boolean is(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.read() == 0x1F && in.read() == 0x8B;
        } catch (IOException e) {
            throw new DataException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Counts the bytes of the archive. */
    private static final class Packed extends BoundedInputStream {
        Packed(Path archive) throws IOException {
            super(Files.newInputStream(archive), Long.MAX_VALUE);
        }
    }

    /** Checks the unpacked bytes against the limits. */
    private static final class Unpacked extends BoundedInputStream {
        private final Path archive;
        private final ArchiveLimits limits;
        private final Packed packed;

        Unpacked(Path archive, ArchiveLimits limits, Packed packed) throws IOException {
            super(new GZIPInputStream(packed, BUFFER), Long.MAX_VALUE);
            this.archive = archive;
            this.limits = limits;
            this.packed = packed;
        }

        @Override
        void passed(byte[] bytes, int offset, int length) {
            limits.requireTotal(archive, given());
            limits.requireRatio(archive, packed.given(), given());
        }
    }

    /** One entry; closing it leaves the archive open. */
    private static final class Content extends BoundedInputStream {
        Content(InputStream tar) {
            super(tar, Long.MAX_VALUE);
        }

        @Override
        public void close() {
            // the archive has more entries
        }
    }
}

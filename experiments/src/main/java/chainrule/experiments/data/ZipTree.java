package chainrule.experiments.data;

import chainrule.data.DataException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A zip archive, read without unpacking it to disk. */
final class ZipTree implements ReadableTree {
    private final Path place;
    private final ArchiveLimits limits;
    private final ZipFile zip;
    private final Map<String, ZipEntry> files = new HashMap<>();
    private int hidden;

    /** Opens an archive with the usual limits. */
    ZipTree(Path place) {
        this(place, ArchiveLimits.DATA_SET);
    }

    /** @throws DataException if it is not a zip archive, or exceeds the limits */
    ZipTree(Path place, ArchiveLimits limits) {
        this.place = place;
        this.limits = limits;
        try {
            this.zip = new ZipFile(place.toFile(), StandardCharsets.UTF_8);
        } catch (IOException | IllegalArgumentException e) {
            throw new DataException(place + " is not a valid zip archive: " + e.getMessage(), e);
        }
        try {
            list();
        } catch (DataException e) {
            close();
            throw e;
        }
    }

    private void list() {
        Map<String, String> folded = new HashMap<>();
        long packed = 0;
        long unpacked = 0;
        limits.requireFiles(place, zip.size());
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            String name = EntryName.normalized(entry.getName());
            if (name.isEmpty() && entry.getName().startsWith(".")) {
                continue; // "./", the packed folder
            }
            boolean folder = name.endsWith("/");
            if (folder) {
                name = name.substring(0, name.length() - 1);
            }
            String shown = describe(name);
            EntryName.require(shown, name);
            if (folder) {
                continue;
            }
            if (folded.put(EntryName.folded(name), name) != null) {
                throw new DataException(shown + " is rejected: the archive holds two files of this name");
            }
            packed += entry.getCompressedSize();
            unpacked += entry.getSize();
            limits.requireFile(shown, entry.getSize());
            limits.requireTotal(place, unpacked);
            limits.requireRatio(shown, entry.getCompressedSize(), entry.getSize());
            if (EntryName.isHidden(name)) {
                hidden++;
            } else {
                files.put(name, entry);
            }
        }
        requireNoOverlap(packed);
    }

    /** Rejects overlapping entries, with which a small archive unpacks to a large size. */
    private void requireNoOverlap(long packed) {
        try {
            long size = Files.size(place);
            if (packed > size) {
                throw new DataException(
                        String.format(
                                Locale.ROOT,
                                "%s is rejected: its entries claim %,d packed bytes, the archive has %,d",
                                place,
                                packed,
                                size));
            }
        } catch (IOException e) {
            throw new DataException(place + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Path place() {
        return place;
    }

    @Override
    public List<String> names(String prefix) {
        return files.keySet().stream().filter(name -> name.startsWith(prefix)).sorted().toList();
    }

    @Override
    public int hiddenFiles() {
        return hidden;
    }

    @Override
    public InputStream stream(String name, long most) throws IOException {
        ZipEntry entry = files.get(name);
        if (entry == null) {
            throw new DataException(describe(name) + " is missing");
        }
        return new Checked(zip.getInputStream(entry), most, entry);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new DataException(place + " cannot be closed: " + e.getMessage(), e);
        }
    }

    /** Compares length and checksum with the archive's directory, which {@link ZipFile} does not. */
    private static final class Checked extends BoundedInputStream {
        private final ZipEntry entry;
        private final CRC32 crc = new CRC32();

        Checked(InputStream in, long most, ZipEntry entry) {
            super(in, Math.min(most, entry.getSize()));
            this.entry = entry;
        }

        @Override
        void passed(byte[] bytes, int offset, int length) {
            crc.update(bytes, offset, length);
        }

        @Override
        void ended() throws IOException {
            if (given() != entry.getSize()) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "it is truncated: %,d bytes, the archive states %,d",
                                given(),
                                entry.getSize()));
            }
            if (crc.getValue() != entry.getCrc()) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "it is damaged: CRC-32 %08x, the archive states %08x",
                                crc.getValue(),
                                entry.getCrc()));
            }
        }
    }
}

package chainrule.experiments.data;

import chainrule.data.DataException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A data set that its publisher distributes as one tar.gz archive.
 *
 * @param title for people: "CIFAR-10"
 * @param folder its name in {@link DataHome}
 * @param archive the published file
 * @param packedFolder the folder in the archive
 * @param sha256 of every required file in the archive, by name
 * @param limits of the archive
 */
record PackedDataSet(
        String title,
        String folder,
        RemoteFile archive,
        String packedFolder,
        SequencedMap<String, String> sha256,
        ArchiveLimits limits) {

    /** Opens a file of the data set by its name. */
    @FunctionalInterface
    interface Opener {
        InputStream open(String name) throws IOException;
    }

    /**
     * The files at their place.
     *
     * @param place the folder or the archive
     */
    record Found(Path place, Opener opener) {
        /** The name of a file for messages. */
        String describe(String name) {
            return (Files.isDirectory(place) ? place.resolve(name) : place + ": " + name).toString();
        }
    }

    /**
     * The files at the place that the user names: a folder with the files, with the unpacked archive or with the
     * archive, or the archive itself, which is read without unpacking it to disk.
     *
     * @throws DataException naming what is missing or damaged, and what was expected
     */
    Found in(Path data) {
        if (!Files.exists(data)) {
            throw new DataException(String.format(Locale.ROOT, "%s is missing: expected %s", data, expected()));
        }
        if (!Files.isDirectory(data)) {
            return packedIn(data);
        }
        if (!Files.exists(data.resolve(first()))) {
            if (Files.isDirectory(data.resolve(packedFolder))) {
                return in(data.resolve(packedFolder));
            }
            if (Files.isRegularFile(data.resolve(archive.name()))) {
                return packedIn(data.resolve(archive.name()));
            }
        }
        for (String name : sha256.keySet()) {
            if (!Files.isRegularFile(data.resolve(name))) {
                throw new DataException(
                        String.format(Locale.ROOT, "%s is missing: expected %s", data.resolve(name), expected()));
            }
        }
        return new Found(data, name -> Files.newInputStream(data.resolve(name)));
    }

    private Found packedIn(Path file) {
        if (!Files.isRegularFile(file) || !TarGz.is(file)) {
            throw new DataException(
                    String.format(Locale.ROOT, "%s is not a tar.gz archive: expected %s", file, expected()));
        }
        Map<String, byte[]> content = new HashMap<>();
        TarGz.read(
                file,
                limits,
                (name, in) -> {
                    String last = name.substring(name.lastIndexOf('/') + 1);
                    if (sha256.containsKey(last) && content.put(last, in.readAllBytes()) != null) {
                        throw new DataException(file + " is rejected: it holds two files " + last);
                    }
                });
        requireAll(file, content);
        return new Found(file, name -> new ByteArrayInputStream(content.get(name)));
    }

    /** @throws DataException if an archive lacks a file */
    void requireAll(Path file, Map<String, ?> content) {
        for (String name : sha256.keySet()) {
            if (!content.containsKey(name)) {
                throw new DataException(
                        String.format(Locale.ROOT, "%s does not contain %s: expected %s", file, name, archive.name()));
            }
        }
    }

    private String first() {
        return sha256.firstEntry().getKey();
    }

    /** "a folder with the CIFAR-10 files data_batch_1.bin, …, or the archive …". */
    private String expected() {
        return String.format(
                Locale.ROOT,
                "a folder with the %s files %s, or the archive %s",
                title,
                String.join(", ", sha256.keySet()),
                archive.name());
    }
}

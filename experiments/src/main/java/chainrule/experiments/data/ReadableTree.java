package chainrule.experiments.data;

import chainrule.data.DataException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A folder, or a zip archive that is read like one. Its files have names such as "images/cat.png".
 *
 * <pre>{@code
 * try (ReadableTree tree = ReadableTree.open(Path.of("archive.zip"))) {
 *     String folder = tree.folder("annotations").orElseThrow();
 *     for (String name : tree.names(folder)) {
 *         byte[] xml = tree.read(name, 1 << 20);
 *     }
 * }
 * }</pre>
 *
 * Several threads may read at the same time.
 */
public interface ReadableTree extends AutoCloseable {
    /** The maximum number of files; the largest data set of the studies has 1,706. */
    int MOST_FILES = 200_000;

    /**
     * Opens a folder or a zip archive.
     *
     * @throws DataException if there is neither at that place, or if the archive is damaged, has too many entries, a
     *     duplicate name, or a name that leads out of its folder
     */
    static ReadableTree open(Path place) {
        if (Files.isDirectory(place)) {
            return new FolderTree(place);
        }
        if (Files.isRegularFile(place)) {
            return new ZipTree(place);
        }
        throw new DataException(place + " is missing: expected a folder or a zip archive");
    }

    /** Its path. */
    Path place();

    /**
     * The names of all files, in alphabetical order, without {@linkplain EntryName#isHidden hidden} ones.
     *
     * @param prefix of the names: "" for all, "images/" for all files below that folder
     */
    List<String> names(String prefix);

    /** The number of hidden files, which {@link #names} leaves out. */
    int hiddenFiles();

    /** The name of a file for messages: "archive.zip: images/cat.png". */
    default String describe(String name) {
        return place() + ": " + EntryName.shown(name);
    }

    /**
     * A file's content as a stream. The stream of an archive fails at its end if length or CRC-32 differ from the
     * archive's directory.
     *
     * @param most the maximum number of bytes; the stream fails if there are more
     * @throws DataException if there is no file of that name
     * @throws IOException if it cannot be opened
     */
    InputStream stream(String name, long most) throws IOException;

    /**
     * A file's whole content.
     *
     * @param most the maximum number of bytes
     * @throws DataException if there is no file of that name, if it is longer, or if it cannot be read
     */
    default byte[] read(String name, int most) {
        try (InputStream in = stream(name, most)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new DataException(describe(name) + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The folder of this name in upper or lower case: "images/" at the top, "face-mask/Images/" one level below. Of
     * several folders the one nearest to the top, and of these the alphabetically first.
     */
    default Optional<String> folder(String name) {
        Optional<String> nearest = Optional.empty();
        long depth = Long.MAX_VALUE;
        for (String file : names("")) {
            for (int at = 0, parents = 0; at >= 0 && parents < depth; parents++) {
                if (file.regionMatches(true, at, name + "/", 0, name.length() + 1)) {
                    nearest = Optional.of(file.substring(0, at + name.length() + 1));
                    depth = parents;
                }
                int slash = file.indexOf('/', at);
                at = slash < 0 ? -1 : slash + 1;
            }
        }
        return nearest;
    }

    @Override
    void close();
}

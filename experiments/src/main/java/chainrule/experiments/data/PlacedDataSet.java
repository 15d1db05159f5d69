package chainrule.experiments.data;

import chainrule.data.DataException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A data set that users fetch themselves, because its home asks for a login.
 *
 * @param title for people: "Face Mask Detection"
 * @param folder its name in {@link DataHome}
 * @param archives what its archive may be called, the name its home gives it first
 * @param inside a folder that unpacking the archive makes
 * @param home the page to fetch it from, with what a user needs to know about it
 */
public record PlacedDataSet(String title, String folder, List<String> archives, String inside, String home) {
    public PlacedDataSet {
        archives = List.copyOf(archives);
    }

    /**
     * Where the data set is, for {@link ReadableTree#open}: what the user names; else its folder in the data home, or an
     * archive in it.
     *
     * @param data what the user names, or null
     * @throws DataException if it is in neither place: it says what to fetch from where, and where to put it
     */
    public Path find(Path data) {
        return find(data, DataHome.folder());
    }

    /** @param dataHome the folder of all data sets */
    Path find(Path data, Path dataHome) {
        if (data != null) {
            return data;
        }
        Path place = dataHome.resolve(folder);
        if (Files.isDirectory(place.resolve(inside))) {
            return place;
        }
        for (String name : archives) {
            if (Files.isRegularFile(place.resolve(name))) {
                return place.resolve(name);
            }
        }
        throw new DataException(
                String.format(
                        Locale.ROOT,
                        "%s is not on this machine: fetch %s from %s and put it into %s, unpacked or not, or name it"
                                + " with --data",
                        title,
                        archives.getFirst(),
                        home,
                        place));
    }
}

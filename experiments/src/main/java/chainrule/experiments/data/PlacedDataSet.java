package chainrule.experiments.data;

import chainrule.data.DataException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A data set that users download themselves, because its publisher requires a login.
 *
 * @param title for people: "Face Mask Detection"
 * @param folder its name in {@link DataHome}
 * @param archives possible names of its archive, the original one first
 * @param inside a folder in the archive
 * @param home the page to download it from, with a remark for the user
 */
public record PlacedDataSet(String title, String folder, List<String> archives, String inside, String home) {
    public PlacedDataSet {
        archives = List.copyOf(archives);
    }

    /**
     * The place of the data set, for {@link ReadableTree#open}: the place the user names, else its folder in the data
     * home or an archive in that folder.
     *
     * @param data the place the user names, or null
     * @throws DataException if it is in neither place: the message says what to download and where to put it
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
                        "%s is not on this machine: download %s from %s and put it into %s, unpacked or not, or name it"
                                + " with --data",
                        title,
                        archives.getFirst(),
                        home,
                        place));
    }
}

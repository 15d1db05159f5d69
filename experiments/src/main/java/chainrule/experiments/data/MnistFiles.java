package chainrule.experiments.data;

import chainrule.data.DataException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The four files of a data set in the format of MNIST, in a folder. Each may be gzipped, and may have its original name
 * or one from Kaggle, 7-Zip or EMNIST:
 *
 * <pre>
 * train-images-idx3-ubyte.gz    train-images-idx3-ubyte    train-images.idx3-ubyte
 * t10k-images-idx3-ubyte.gz     emnist-digits-test-images-idx3-ubyte.gz
 * </pre>
 *
 * Some programs unpack a file into a folder of its name, so the files may also be one folder deeper.
 */
record MnistFiles(Path folder, Map<String, Path> files) {
    private static final Pattern NAME =
            Pattern.compile(
                    "(.*-)?(train|t10k|test)-(images[-.]idx3|labels[-.]idx1)-ubyte(\\.gz)?", Pattern.CASE_INSENSITIVE);

    /**
     * The files in a folder.
     *
     * @throws DataException if the folder holds several data sets
     */
    static MnistFiles in(Path folder) {
        SortedMap<String, Map<String, Path>> sets = new TreeMap<>();
        for (Path file : list(folder)) {
            Matcher name = NAME.matcher(file.getFileName().toString());
            if (name.matches()) {
                String set = name.group(1) == null ? "" : EntryName.folded(name.group(1));
                String part = part(!EntryName.folded(name.group(2)).equals("train"), name.group(3));
                sets.computeIfAbsent(set, _ -> new TreeMap<>()).merge(part, file, MnistFiles::usual);
            }
        }
        if (sets.containsKey("") || sets.isEmpty()) { // MNIST's own names win
            return new MnistFiles(folder, sets.getOrDefault("", Map.of()));
        }
        if (sets.size() > 1) {
            throw new DataException(
                    String.format(
                            Locale.ROOT,
                            "%s holds the files of several data sets (%s): put the four files of one into a folder for"
                                    + " --data",
                            folder,
                            sets.keySet().stream().map(set -> set + "…").collect(Collectors.joining(", "))));
        }
        return new MnistFiles(folder, sets.firstEntry().getValue());
    }

    private static String part(boolean test, String what) {
        return (test ? "test " : "train ") + EntryName.folded(what).substring(0, "images".length());
    }

    /** Of a file and its unpacked copy, the one with the original name. */
    private static Path usual(Path one, Path other) {
        return other.getFileName().toString().endsWith("-ubyte.gz") ? other : one;
    }

    /** The files in a folder and one folder deeper, in alphabetical order. */
    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        List<Path> deeper = new ArrayList<>();
        for (Path entry : entries(folder)) {
            if (Files.isRegularFile(entry)) {
                files.add(entry);
            } else if (NAME.matcher(entry.getFileName().toString()).matches()) {
                entries(entry).stream().filter(Files::isRegularFile).forEach(deeper::add);
            }
        }
        files.addAll(deeper);
        return files;
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> !EntryName.isHidden(path.getFileName().toString())).sorted().toList();
        } catch (IOException e) {
            throw new DataException(folder + " cannot be listed: " + e.getMessage(), e);
        }
    }

    /** The images to train on or to test with. @throws DataException if they are missing */
    Path images(boolean train) {
        return file(train, "images", "-images-idx3-ubyte.gz");
    }

    /** Their labels. @throws DataException if they are missing */
    Path labels(boolean train) {
        return file(train, "labels", "-labels-idx1-ubyte.gz");
    }

    private Path file(boolean train, String what, String ending) {
        Path file = files.get(part(!train, what));
        if (file == null) {
            throw new DataException(
                    folder.resolve((train ? "train" : "t10k") + ending)
                            + " is missing: --data must name a folder with the four MNIST files "
                            + "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and "
                            + "t10k-labels-idx1-ubyte.gz, unpacked or not; leave it out to use the copy that ships with"
                            + " the project");
        }
        return file;
    }
}

package chainrule.experiments.data;

import chainrule.data.DataException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A folder of the user. Follows links. */
record FolderTree(Path place) implements ReadableTree {
    private static final int DEEPEST = 16;

    @Override
    public List<String> names(String prefix) {
        return list().stream().filter(name -> name.startsWith(prefix) && !EntryName.isHidden(name)).sorted().toList();
    }

    @Override
    public int hiddenFiles() {
        return (int) list().stream().filter(EntryName::isHidden).count();
    }

    private List<String> list() {
        try (Stream<Path> files = Files.walk(place, DEEPEST, FileVisitOption.FOLLOW_LINKS)) {
            List<String> all = files.filter(Files::isRegularFile).map(this::nameOf).limit(MOST_FILES + 1L).toList();
            if (all.size() > MOST_FILES) {
                throw new DataException(String.format(Locale.ROOT, "%s holds more than %,d files", place, MOST_FILES));
            }
            return all;
        } catch (IOException | UncheckedIOException e) {
            throw new DataException(place + " cannot be listed: " + e.getMessage(), e);
        }
    }

    private String nameOf(Path file) {
        return StreamSupport.stream(place.relativize(file).spliterator(), false)
                .map(Path::toString)
                .collect(Collectors.joining("/"));
    }

    @Override
    public InputStream stream(String name, long most) throws IOException {
        EntryName.require(describe(name), name);
        Path file = place.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new DataException(describe(name) + " is missing");
        }
        return new BoundedInputStream(Files.newInputStream(file), most);
    }

    @Override
    public void close() {
        // a folder holds nothing open
    }
}

package chainrule.experiments.mask;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The ten photos among the test resources, as a folder or a zip archive for {@code --data}. */
public final class FaceSample {
    static final int PHOTOS = 10;
    static final int FACES = 77;
    static final FaceCrop CROP = new FaceCrop(16, 0.25);

    private FaceSample() {}

    /** The resource folder; do not change it. */
    static Path folder() {
        try {
            return Path.of(FaceSample.class.getResource("/face-mask").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A copy that tests may change. */
    static Path copy(Path target) {
        for (Path file : files()) {
            try {
                Path to = target.resolve(folder().relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return target;
    }

    /** An archive whose folders are inside another one. */
    public static Path zip(Path target, String top) {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(target))) {
            for (Path file : files()) {
                zip.putNextEntry(new ZipEntry(top + folder().relativize(file).toString().replace('\\', '/')));
                zip.write(Files.readAllBytes(file));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.walk(folder())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The annotation of a photo, by its number. */
    static Path annotation(Path folder, int number) {
        return folder.resolve("annotations/maksssksksss" + number + ".xml");
    }

    /** A photo, by its number. */
    static Path photo(Path folder, int number) {
        return folder.resolve("images/maksssksksss" + number + ".jpg");
    }
}

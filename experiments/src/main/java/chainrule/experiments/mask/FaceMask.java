package chainrule.experiments.mask;

import chainrule.data.ByteImages;
import chainrule.data.DataException;
import chainrule.experiments.data.Box;
import chainrule.experiments.data.ImageFinder;
import chainrule.experiments.data.PascalVoc;
import chainrule.experiments.data.PlacedDataSet;
import chainrule.experiments.data.ReadableTree;
import chainrule.experiments.image.RgbImage;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The faces of the data set "Face Mask Detection" (Larxel, Kaggle 2020), or of another one with its layout and classes:
 * photos and {@code annotations/} in Pascal VOC format, in a folder or a zip archive.
 *
 * @param crops the faces at the input size of the net, labeled by {@link FaceKind#CLASSES}
 * @param faces the origin of each crop, in the same order
 * @param photos the names of the photos
 * @param groups for each photo the index of the first photo that shows the same picture
 * @param skipped photos that could not be read, each with the reason
 * @param leftOut boxes that are reversed, empty or outside their photo, each with the reason
 * @param hidden number of hidden files, which are ignored
 * @param source the place of the data
 */
public record FaceMask(
        ByteImages crops,
        List<Face> faces,
        List<String> photos,
        int[] groups,
        List<String> skipped,
        List<String> leftOut,
        int hidden,
        Path source) {
    /** The name of this data set in model files. */
    public static final String NAME = "face-mask";

    private static final int MOST_BYTES = 1 << 26;

    private static final PlacedDataSet PLACED =
            new PlacedDataSet(
                    "The data set 'Face Mask Detection' (853 photos)",
                    NAME,
                    List.of("archive.zip", "face-mask.zip", "face-mask-detection.zip"),
                    "annotations",
                    "https://www.kaggle.com/datasets/andrewmvd/face-mask-detection (which needs an account)");

    /**
     * Calls {@link #load} for the place that the user names, or for the default location.
     *
     * @param data a folder or a zip archive, or null
     * @throws DataException as {@link #load}; if there is no data, explaining what to download and where to put it
     */
    static FaceMask find(Path data, FaceCrop crop) {
        return load(PLACED.find(data), crop);
    }

    /**
     * Reads annotations and photos. Clips boxes to their photo, leaves out boxes without area, and skips photos that
     * cannot be read.
     *
     * @param place a folder or a zip archive
     * @throws DataException if it is not such a data set, if an annotation is damaged or has an unknown class, or if
     *     there is no usable face
     */
    public static FaceMask load(Path place, FaceCrop crop) {
        try (ReadableTree tree = ReadableTree.open(place)) {
            return new Loading(tree, crop).load();
        }
    }

    /** One line for a run's header. */
    public String describe() {
        long same = photos.size() - java.util.Arrays.stream(groups).distinct().count();
        return String.format(
                Locale.ROOT,
                "%,d faces in %,d photos of %s%s%s%s%s",
                faces.size(),
                photos.size(),
                source,
                same > 0 ? ", " + same + " of them copies" : "",
                counted(skipped.size(), "photo", "skipped"),
                counted(leftOut.size(), "box", "left out"),
                counted(hidden, "hidden file", "ignored"));
    }

    /** ", 2 boxes left out"; the empty string for 0. */
    private static String counted(int count, String what, String fate) {
        String plural = what.endsWith("x") ? what + "es" : what + "s";
        return count == 0 ? "" : String.format(Locale.ROOT, ", %,d %s %s", count, count == 1 ? what : plural, fate);
    }

    /** Collects the components of the record. */
    private static final class Loading {
        private final ReadableTree tree;
        private final FaceCrop crop;
        private final ImageFinder images;
        private final ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        private final List<Face> faces = new ArrayList<>();
        private final List<String> photos = new ArrayList<>();
        private final List<String> skipped = new ArrayList<>();
        private final SamePhotos same = new SamePhotos();
        private final List<String> leftOut = new ArrayList<>();

        Loading(ReadableTree tree, FaceCrop crop) {
            this.tree = tree;
            this.crop = crop;
            this.images = new ImageFinder(tree);
        }

        FaceMask load() {
            PascalVoc.all(tree)
                    .forEach(
                            (name, annotation) -> {
                                annotation.things().forEach(thing -> FaceKind.of(annotation.file(), thing.label()));
                                try {
                                    add(name, annotation);
                                } catch (DataException e) {
                                    skipped.add(e.getMessage());
                                }
                            });
            if (faces.isEmpty()) {
                throw new DataException(
                        tree.place()
                                + " has no usable face"
                                + (skipped.isEmpty()
                                        ? ""
                                        : ": " + skipped.size() + " photos skipped, the first: " + skipped.getFirst()));
            }
            byte[] labels = new byte[faces.size()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (byte) faces.get(i).kind().classIndex();
            }
            return new FaceMask(
                    new ByteImages("faces", crop.shape(), pixels.toByteArray(), labels, FaceKind.CLASSES),
                    List.copyOf(faces),
                    List.copyOf(photos),
                    same.groups(),
                    List.copyOf(skipped),
                    List.copyOf(leftOut),
                    tree.hiddenFiles(),
                    tree.place());
        }

        private String photo(String name, PascalVoc.Annotation annotation) {
            return images.find(name, annotation)
                    .orElseThrow(
                            () ->
                                    new DataException(
                                            annotation.image().isEmpty()
                                                    ? annotation.file()
                                                            + ": it has no <filename>, and no photo has the name of the"
                                                            + " annotation"
                                                    : annotation.file()
                                                            + ": its photo images/"
                                                            + annotation.image()
                                                            + " is missing, and no other photo has the name of the"
                                                            + " annotation"));
        }

        private void add(String name, PascalVoc.Annotation annotation) {
            String image = photo(name, annotation);
            RgbImage photo =
                    RgbImage.decode(
                            tree.describe(image),
                            tree.read(image, MOST_BYTES),
                            annotation.width(),
                            annotation.height());
            int number = 0;
            for (PascalVoc.Thing thing : annotation.things()) {
                number++;
                Box box = thing.box().clipped(photo.width(), photo.height());
                if (box.empty()) {
                    leftOut.add(
                            String.format(
                                    Locale.ROOT,
                                    "%s: the box of object %d %s: %s",
                                    annotation.file(),
                                    number,
                                    thing.box().empty() ? "is reversed or empty" : "is outside the photo",
                                    thing.box()));
                    continue;
                }
                faces.add(new Face(photos.size(), box, FaceKind.of(annotation.file(), thing.label())));
                pixels.writeBytes(crop.of(photo, box).pixels());
            }
            photos.add(image.substring(image.lastIndexOf('/') + 1));
            same.add(photo);
        }
    }
}

package chainrule.experiments.mask;

import chainrule.data.ByteImages;
import chainrule.data.DataException;
import chainrule.experiments.data.Box;
import chainrule.experiments.data.PascalVoc;
import chainrule.experiments.data.PlacedDataSet;
import chainrule.experiments.data.ReadableTree;
import chainrule.experiments.image.RgbImage;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The faces of the data set "Face Mask Detection" (Larxel, Kaggle 2020), or of any other in its layout and with its
 * classes: {@code images/} and {@code annotations/} in Pascal VOC, as a folder or a zip archive.
 *
 * @param crops the faces as the net gets them, labelled by {@link FaceKind#CLASSES}
 * @param faces where each crop comes from, in the same order
 * @param photos the names of the photos
 * @param groups for each photo the number of the first that is the same picture
 * @param skipped photos that could not be read, each with the reason
 * @param emptyBoxes how many boxes were left out since they lie outside their photo
 * @param source where the data came from
 */
public record FaceMask(
        ByteImages crops,
        List<Face> faces,
        List<String> photos,
        int[] groups,
        List<String> skipped,
        int emptyBoxes,
        Path source) {
    /** What model files call this data set. */
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
     * {@link #load} from where the user says the data is, or from where he has put it.
     *
     * @param data a folder or a zip archive, or null
     * @throws DataException as {@link #load}; where there is none, saying what to fetch and where to put it
     */
    static FaceMask find(Path data, FaceCrop crop) {
        return load(PLACED.find(data), crop);
    }

    /**
     * Reads annotations and photos. Boxes are clipped to their photo; a photo that cannot be read is skipped.
     *
     * @param place a folder or a zip archive
     * @throws DataException if it is not such a data set, if an annotation is damaged or has an unknown class, or if no
     *     face is left
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
                "%,d faces in %,d photos of %s%s%s%s",
                faces.size(),
                photos.size(),
                source,
                same > 0 ? ", " + same + " of them alike" : "",
                skipped.isEmpty() ? "" : ", " + skipped.size() + " photos skipped",
                emptyBoxes == 0 ? "" : ", " + emptyBoxes + " boxes outside their photo left out");
    }

    /** A record's worth of lists while they grow. */
    private static final class Loading {
        private final ReadableTree tree;
        private final FaceCrop crop;
        private final Map<String, String> images = new HashMap<>();
        private final ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        private final List<Face> faces = new ArrayList<>();
        private final List<String> photos = new ArrayList<>();
        private final List<String> skipped = new ArrayList<>();
        private final SamePhotos same = new SamePhotos();
        private int emptyBoxes;

        Loading(ReadableTree tree, FaceCrop crop) {
            this.tree = tree;
            this.crop = crop;
            String folder = PascalVoc.root(tree) + "images/";
            for (String name : tree.names(folder)) {
                String image = name.substring(folder.length());
                images.put(image, name);
                images.putIfAbsent(stem(image), name);
            }
        }

        FaceMask load() {
            for (PascalVoc.Annotation annotation : PascalVoc.all(tree)) {
                annotation.things().forEach(thing -> FaceKind.of(annotation.file(), thing.label()));
                try {
                    add(annotation, photo(annotation));
                } catch (DataException e) {
                    skipped.add(e.getMessage());
                }
            }
            if (faces.isEmpty()) {
                throw new DataException(
                        tree.place()
                                + " has no face that can be used"
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
                    emptyBoxes,
                    tree.place());
        }

        private RgbImage photo(PascalVoc.Annotation annotation) {
            String name = images.getOrDefault(annotation.image(), images.get(stem(annotation.image())));
            if (name == null) {
                throw new DataException(annotation.file() + ": its photo images/" + annotation.image() + " is missing");
            }
            return RgbImage.decode(tree.describe(name), tree.read(name, MOST_BYTES));
        }

        private void add(PascalVoc.Annotation annotation, RgbImage photo) {
            for (PascalVoc.Thing thing : annotation.things()) {
                Box box = thing.box().clipped(photo.width(), photo.height());
                if (box.empty()) {
                    emptyBoxes++;
                    continue;
                }
                faces.add(new Face(photos.size(), box, FaceKind.of(annotation.file(), thing.label())));
                pixels.writeBytes(crop.of(photo, box).pixels());
            }
            photos.add(annotation.image());
            same.add(photo);
        }

        /** The name without its ending: annotations may name the .png of what is a .jpg by now. */
        private static String stem(String image) {
            int dot = image.lastIndexOf('.');
            return dot > 0 ? image.substring(0, dot) : image;
        }
    }
}

package chainrule.experiments.data;

import chainrule.data.DataException;

import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The annotations of Pascal VOC (Everingham et al. 2010): one XML file per image with {@code <filename>} and an {@code
 * <object>} for each object, with its class in {@code <name>} and its corners in {@code <bndbox>}. Ignores other
 * elements.
 */
public final class PascalVoc {
    /** Far more than any real annotation. */
    private static final int MOST_BYTES = 1 << 22;

    /** Folders of images: the usual name, and that of Pascal VOC. */
    private static final List<String> FOLDERS = List.of("images/", "JPEGImages/");

    private PascalVoc() {}

    /**
     * An object in an image.
     *
     * @param label the name of its class
     * @param box as annotated; it may extend beyond the image or be empty
     */
    public record Thing(String label, Box box) {}

    /**
     * The content of one file.
     *
     * @param file the annotation's name, as messages give it
     * @param image the name of the image, without folders; "" if the file does not say it
     * @param width of the image as it was annotated, in pixels; 0 if the file does not say it
     * @param height likewise
     */
    public record Annotation(String file, String image, int width, int height, List<Thing> things) {}

    /**
     * All annotations of a folder or archive, in alphabetical order of their names.
     *
     * @return by the name of the file in the tree
     * @throws DataException if there are no annotations, or naming the first that is not one
     */
    public static SequencedMap<String, Annotation> all(ReadableTree tree) {
        String folder = annotations(tree);
        SequencedMap<String, Annotation> all = new LinkedHashMap<>();
        for (String name : tree.names(folder)) {
            if (EntryName.folded(name).endsWith(".xml")) {
                all.put(name, parse(tree.describe(name), tree.read(name, MOST_BYTES)));
            }
        }
        if (all.isEmpty()) {
            throw new DataException(tree.describe(folder) + " holds no .xml file");
        }
        return all;
    }

    /**
     * The folder {@code annotations/} in upper or lower case, at any depth.
     *
     * @throws DataException if there is none
     */
    private static String annotations(ReadableTree tree) {
        return tree.folder("annotations")
                .orElseThrow(
                        () ->
                                new DataException(
                                        tree.place()
                                                + " is not a data set in Pascal VOC layout: it has no folder"
                                                + " 'annotations', expected 'annotations' and 'images' (or"
                                                + " 'JPEGImages') side by side"));
    }

    /**
     * The names of the images that belong to the annotations: the files in the folder {@code images/} or {@code
     * JPEGImages/}, in upper or lower case.
     *
     * @throws DataException if there are no annotations
     */
    static List<String> images(ReadableTree tree) {
        String annotations = annotations(tree);
        String root = annotations.substring(0, annotations.length() - "annotations/".length());
        return tree.names(root).stream()
                .filter(
                        name ->
                                FOLDERS.stream()
                                        .anyMatch(f -> name.regionMatches(true, root.length(), f, 0, f.length())))
                .toList();
    }

    /**
     * One annotation.
     *
     * @param file its name, for messages
     * @throws DataException if it is not valid; the message names the file and what is missing
     */
    public static Annotation parse(String file, byte[] xml) {
        Element root = SafeXml.parse(file, xml);
        if (!root.getTagName().equals("annotation")) {
            throw new DataException(
                    file + " is not a Pascal VOC file: its root is <" + root.getTagName() + ">, expected <annotation>");
        }
        List<Thing> things = new ArrayList<>();
        for (Element object : children(root, "object")) {
            things.add(thing(file, object, things.size() + 1));
        }
        Optional<Element> size = child(root, "size");
        return new Annotation(
                file,
                child(root, "filename").map(e -> lastPart(e.getTextContent().strip())).orElse(""),
                size.map(e -> pixels(e, "width")).orElse(0),
                size.map(e -> pixels(e, "height")).orElse(0),
                List.copyOf(things));
    }

    /** Some tools write whole paths, with slashes or backslashes. */
    private static String lastPart(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    /** 0 if there is no such number. */
    private static int pixels(Element size, String name) {
        String text = child(size, name).map(e -> e.getTextContent().strip()).orElse("");
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    }

    private static Thing thing(String file, Element object, int number) {
        String which = "object " + number;
        Element corners =
                child(object, "bndbox").orElseThrow(() -> new DataException(file + ": " + which + " has no <bndbox>"));
        Box box =
                new Box(
                        coordinate(file, corners, "xmin", which),
                        coordinate(file, corners, "ymin", which),
                        coordinate(file, corners, "xmax", which),
                        coordinate(file, corners, "ymax", which));
        return new Thing(text(file, object, "name", which), box);
    }

    private static double coordinate(String file, Element corners, String name, String which) {
        String text = text(file, corners, name, "the box of " + which);
        try {
            double value = Double.parseDouble(text);
            if (Math.abs(value) <= Integer.MAX_VALUE) {
                return value;
            }
        } catch (NumberFormatException _) {
            // reported below
        }
        throw new DataException(
                file + ": <" + name + "> of " + which + " is '" + text + "', expected a number of pixels");
    }

    private static String text(String file, Element parent, String name, String which) {
        return child(parent, name)
                .map(e -> e.getTextContent().strip())
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new DataException(file + ": " + which + " has no <" + name + ">"));
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(parent, name).stream().findFirst();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (Node node = nodes.item(0); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}

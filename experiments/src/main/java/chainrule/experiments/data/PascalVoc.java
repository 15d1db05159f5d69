package chainrule.experiments.data;

import chainrule.data.DataException;

import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The annotations of Pascal VOC (Everingham et al. 2010): one XML file per image with {@code <filename>} and an {@code
 * <object>} for each thing, with its class in {@code <name>} and its corners in {@code <bndbox>}. Other elements are
 * passed over.
 */
public final class PascalVoc {
    /** No annotation of a real data set comes near. */
    private static final int MOST_BYTES = 1 << 22;

    private PascalVoc() {}

    /**
     * One thing in an image.
     *
     * @param label the name of its class
     * @param box as it was annotated; it may reach beyond the image
     */
    public record Thing(String label, Box box) {}

    /**
     * What one file says.
     *
     * @param file the annotation's name, as messages give it
     * @param image the name of the image, without folders
     */
    public record Annotation(String file, String image, List<Thing> things) {}

    /**
     * All annotations of a folder or archive with the folders {@code annotations/} and {@code images/}, wherever these
     * two lie in it, in alphabetical order.
     *
     * @throws DataException if there are no annotations, or naming the first that is not one
     */
    public static List<Annotation> all(ReadableTree tree) {
        String folder = root(tree) + "annotations/";
        List<Annotation> all = new ArrayList<>();
        for (String name : tree.names(folder)) {
            if (name.endsWith(".xml")) {
                all.add(parse(tree.describe(name), tree.read(name, MOST_BYTES)));
            }
        }
        if (all.isEmpty()) {
            throw new DataException(tree.describe(folder) + " holds no .xml file");
        }
        return all;
    }

    /**
     * The folder that holds {@code annotations/} and {@code images/}: "" at the top, else ending with a slash.
     *
     * @throws DataException if there is none
     */
    public static String root(ReadableTree tree) {
        return tree.parentOf("annotations")
                .orElseThrow(
                        () ->
                                new DataException(
                                        tree.place()
                                                + " is not a data set in Pascal VOC layout: it has no folder"
                                                + " 'annotations', expected 'annotations' and 'images' side by side"));
    }

    /**
     * One annotation.
     *
     * @param file its name, for messages
     * @throws DataException if it is not one; the message names the file and what is missing
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
        String image = text(file, root, "filename", "the annotation");
        return new Annotation(file, image.substring(image.lastIndexOf('/') + 1), List.copyOf(things));
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
        if (box.empty()) {
            throw new DataException(file + ": the box of " + which + " is empty: " + box);
        }
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
            // said below
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

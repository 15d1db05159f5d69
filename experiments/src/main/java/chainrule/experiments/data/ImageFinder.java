package chainrule.experiments.data;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Finds the image of an annotation. Tools and file systems spell a name differently: in another case, with composed or
 * decomposed letters (NFC, NFD), with another extension after a conversion. The strictest spelling with exactly one
 * match wins; if there is none, the annotation's own name replaces its {@code <filename>}.
 */
public final class ImageFinder {
    /** From strict to lenient. */
    private static final List<UnaryOperator<String>> SPELLINGS =
            List.of(
                    ImageFinder::composed,
                    name -> EntryName.folded(composed(name)),
                    name -> stem(composed(name)),
                    ImageFinder::foldedStem);

    /** The index of the first spelling without extension. */
    private static final int STEMS = 2;

    private final List<Map<String, Optional<String>>> images = new ArrayList<>();

    /** @throws chainrule.data.DataException if the tree holds no annotations */
    public ImageFinder(ReadableTree tree) {
        SPELLINGS.forEach(_ -> images.add(new HashMap<>()));
        for (String name : PascalVoc.images(tree)) {
            for (int i = 0; i < SPELLINGS.size(); i++) {
                String key = SPELLINGS.get(i).apply(lastPart(name));
                images.get(i).merge(key, Optional.of(name), (_, _) -> Optional.empty()); // ambiguous
            }
        }
    }

    /**
     * The name of the image in the tree; empty if there is none.
     *
     * @param annotated the name of the annotation in the tree
     */
    public Optional<String> find(String annotated, PascalVoc.Annotation annotation) {
        return find(annotation.image(), 0).or(() -> find(lastPart(annotated), STEMS));
    }

    private Optional<String> find(String image, int from) {
        for (int i = from; i < SPELLINGS.size(); i++) {
            Optional<String> found = images.get(i).getOrDefault(SPELLINGS.get(i).apply(image), Optional.empty());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The name without its extension, equal for all spellings. */
    public static String foldedStem(String name) {
        return EntryName.folded(stem(composed(name)));
    }

    private static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static String lastPart(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}

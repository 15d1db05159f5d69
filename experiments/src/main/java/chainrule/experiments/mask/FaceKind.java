package chainrule.experiments.mask;

import chainrule.data.DataException;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The annotated classes of the data set. The study maps them to two classes, as the assignment asks. */
public enum FaceKind {
    WITH_MASK("with_mask", "with mask", true),
    WITHOUT_MASK("without_mask", "without mask", false),
    /** Counted as no mask. The data set spells the label this way. */
    WORN_INCORRECTLY("mask_weared_incorrect", "worn incorrectly", false);

    /** The classes of the net; a label is an index into this list. */
    public static final List<String> CLASSES = List.of("without mask", "with mask");

    private final String label;
    private final String words;
    private final boolean masked;

    FaceKind(String label, String words, boolean masked) {
        this.label = label;
        this.words = words;
        this.masked = masked;
    }

    /**
     * The kind with this label.
     *
     * @param file that contains the label, for the message
     * @throws DataException listing the known names
     */
    static FaceKind of(String file, String label) {
        return named(label)
                .orElseThrow(
                        () ->
                                new DataException(
                                        file
                                                + ": class '"
                                                + label
                                                + "' is not one of "
                                                + Arrays.stream(values())
                                                        .map(k -> k.label)
                                                        .collect(Collectors.joining(", "))));
    }

    /** The kind with this label; empty if the data set has no such label. */
    static Optional<FaceKind> named(String label) {
        return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
    }

    /** The name for people. */
    public String words() {
        return words;
    }

    /** Its index in {@link #CLASSES}. */
    public int classIndex() {
        return masked ? 1 : 0;
    }
}

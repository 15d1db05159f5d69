package chainrule.experiments.mask;

import chainrule.data.DataException;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The classes of the data set's annotations, and what the study makes of them: two, as the assignment asks. */
public enum FaceKind {
    WITH_MASK("with_mask", "with mask", true),
    WITHOUT_MASK("without_mask", "without mask", false),
    /** A mask below the nose protects nobody: counted as none. Spelled as the data set has it. */
    WORN_INCORRECTLY("mask_weared_incorrect", "worn incorrectly", false);

    /** What the net tells apart; the label is the place in this list. */
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
     * The kind of that name.
     *
     * @param file that has it, for the message
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
                                                + "' is none of "
                                                + Arrays.stream(values())
                                                        .map(k -> k.label)
                                                        .collect(Collectors.joining(", "))));
    }

    /** The kind of that name, if it is one of the data set's. */
    static Optional<FaceKind> named(String label) {
        return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
    }

    /** For people. */
    public String words() {
        return words;
    }

    /** Its place in {@link #CLASSES}. */
    public int classIndex() {
        return masked ? 1 : 0;
    }
}

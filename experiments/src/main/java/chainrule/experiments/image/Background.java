package chainrule.experiments.image;

/** The color behind the transparent pixels of a picture. */
public enum Background {
    /** The color that browsers and viewers use. */
    WHITE,
    /** For light drawings. */
    BLACK
}

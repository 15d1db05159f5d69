package chainrule.experiments.image;

/** What shows through the transparent pixels of a picture. */
public enum Background {
    /** As browsers and viewers show it: the page is white. */
    WHITE,
    /** For light drawings. */
    BLACK
}

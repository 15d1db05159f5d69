package chainrule.experiments.mask;

/**
 * A range of face sizes, measured by the shorter side of the box.
 *
 * @param words its name for people
 * @param from the lower limit, inclusive
 * @param below the upper limit, exclusive
 */
record FaceSize(String words, double from, double below) {
    /** All ranges, in order. */
    static final FaceSize[] ALL = {
        new FaceSize("below 8 px", 0, 8),
        new FaceSize("8 to 15", 8, 16),
        new FaceSize("16 to 31", 16, 32),
        new FaceSize("32 to 63", 32, 64),
        new FaceSize("64 and more", 64, Double.POSITIVE_INFINITY)
    };

    boolean has(Face face) {
        return face.pixels() >= from && face.pixels() < below;
    }
}

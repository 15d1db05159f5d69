package chainrule.experiments.mask;

/**
 * Classes of how many pixels there are of a face: the shorter side of its box.
 *
 * @param words for people
 * @param from the smallest
 * @param below what the next class begins with
 */
record FaceSize(String words, double from, double below) {
    /** From specks to portraits. */
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

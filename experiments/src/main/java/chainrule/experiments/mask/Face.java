package chainrule.experiments.mask;

import chainrule.experiments.data.Box;

/**
 * An annotated face.
 *
 * @param photo the number of its photo
 * @param box round the face, within the photo
 */
public record Face(int photo, Box box, FaceKind kind) {
    /** How many pixels there are to go by: the shorter side of the box. */
    public double pixels() {
        return Math.min(box.width(), box.height());
    }
}

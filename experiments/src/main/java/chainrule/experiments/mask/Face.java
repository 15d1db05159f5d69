package chainrule.experiments.mask;

import chainrule.experiments.data.Box;

/**
 * An annotated face.
 *
 * @param photo the index of its photo
 * @param box its bounding box, inside the photo
 */
public record Face(int photo, Box box, FaceKind kind) {
    /** The resolution of the face: the shorter side of its box. */
    public double pixels() {
        return Math.min(box.width(), box.height());
    }
}

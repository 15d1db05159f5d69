package chainrule.experiments.mask;

import chainrule.experiments.cli.Checks;
import chainrule.experiments.data.Box;
import chainrule.experiments.image.Resample;
import chainrule.experiments.image.RgbImage;
import chainrule.tensor.Shape;

/**
 * Cuts a face out of its photo: the square around the center of the box whose side is the longer side of the box plus a
 * margin on both sides.
 *
 * @param size of the result, in pixels
 * @param margin of context on each side, as a fraction of the longer side: ears, chin and collar help to distinguish a
 *     mask from a beard
 */
public record FaceCrop(int size, double margin) {
    public FaceCrop {
        Checks.atLeast("--size", size, 8);
        Checks.atMost("--size", size, 512);
        if (!(margin >= 0 && margin <= 4)) {
            throw new IllegalArgumentException("--margin " + margin + ": expected a fraction from 0 to 4");
        }
    }

    /** [size, size, 3]. */
    public Shape shape() {
        return Shape.of(size, size, 3);
    }

    /** The face in this box. */
    public RgbImage of(RgbImage photo, Box face) {
        double half = (0.5 + margin) * Math.max(face.width(), face.height());
        double x = (face.left() + face.right()) / 2;
        double y = (face.top() + face.bottom()) / 2;
        return Resample.rectangle(photo, x - half, y - half, x + half, y + half, size, size);
    }
}

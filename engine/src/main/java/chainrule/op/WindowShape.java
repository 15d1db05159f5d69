package chainrule.op;

import chainrule.backend.Window;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

/** The check of operands that all ops on images use. */
final class WindowShape {
    private WindowShape() {}

    /** Throws unless x is a batch of the images that the window was made for. */
    static void require(String op, Tensor x, Window w) {
        if (x.shape().rank() != 4
                || x.shape().size(1) != w.height()
                || x.shape().size(2) != w.width()
                || x.shape().size(3) != w.channels()) {
            throw new ShapeException(
                    op
                            + ": "
                            + x
                            + " must be a batch of images [N × "
                            + w.height()
                            + " × "
                            + w.width()
                            + " × "
                            + w.channels()
                            + "], rows × columns × channels, as its window was made for; reshape the input or make the"
                            + " window of the input's sizes");
        }
    }
}

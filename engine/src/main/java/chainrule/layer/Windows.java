package chainrule.layer;

import chainrule.backend.Window;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

/** The shape checks of all layers on images. */
final class Windows {
    private Windows() {}

    /** Throws unless the examples are images. */
    static void requireImage(String layer, Shape input) {
        if (input.rank() != 3) {
            throw new ShapeException(
                    layer + " takes images [rows × columns × channels], got " + input + "; put a Reshape before it");
        }
    }

    /** Throws unless all four are at least 1. */
    static void requirePositive(String layer, int height, int width, int strideHeight, int strideWidth) {
        if (height < 1 || width < 1 || strideHeight < 1 || strideWidth < 1) {
            throw new ShapeException(
                    layer
                            + ": a window of "
                            + height
                            + "×"
                            + width
                            + " with stride "
                            + strideHeight
                            + "×"
                            + strideWidth
                            + ": all four must be at least 1");
        }
    }

    /** An unpadded window over images of that shape. */
    static Window valid(String layer, Shape input, int height, int width, int sh, int sw, String fix) {
        requireImage(layer, input);
        if (height > input.size(0) || width > input.size(1)) {
            throw new ShapeException(
                    layer + ": a " + height + "×" + width + " window does not fit into images " + input + "; " + fix);
        }
        return Window.valid(input.size(0), input.size(1), input.size(2), height, width, sh, sw);
    }

    /** An unpadded pooling window over images of that shape. */
    static Window pool(String layer, Shape input, int height, int width, int sh, int sw) {
        return valid(layer, input, height, width, sh, sw, "pool with a smaller window, or less often before it");
    }

    /** The images that windows turn images into. */
    static Shape output(Window w, int channels) {
        return Shape.of(w.outHeight(), w.outWidth(), channels);
    }
}

package chainrule.tensor;

/** Shapes do not fit. The message names the layer or op, the operands with their shapes, and a likely fix. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }
}

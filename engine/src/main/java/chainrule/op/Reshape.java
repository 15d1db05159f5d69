package chainrule.op;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y = reshape(x, shape)}: the same elements in the same order under another shape.
 *
 * <p>Derivation: y is x element by element, so dx is dy element by element, in the shape of x.
 */
public record Reshape(Tensor x, Shape shape) implements Op {
    public Reshape {
        if (x.shape().elements() != shape.elements()) {
            throw new ShapeException(
                    "reshape: "
                            + x
                            + " has "
                            + x.shape().elements()
                            + " elements, "
                            + shape
                            + " has "
                            + shape.elements());
        }
    }

    @Override
    public String name() {
        return "reshape";
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public String derivative() {
        return "dx += reshape(dy, shape(x))";
    }

    @Override
    public void forward(Backend backend, Tensor y) {
        backend.copy(x, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(x, dx -> backend.copy(dy, dx));
    }
}

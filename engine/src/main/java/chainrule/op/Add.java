package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Target;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/** {@code y = a + b}, of equal shapes: where two paths of a net meet. */
public record Add(Tensor a, Tensor b) implements Op {
    public Add {
        if (!a.shape().equals(b.shape())) {
            throw new ShapeException("add: " + a + " + " + b + ": the shapes must be equal");
        }
    }

    @Override
    public String name() {
        return "add";
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(a, b);
    }

    @Override
    public Shape shape() {
        return a.shape();
    }

    @Override
    public String derivative() {
        return "da += dy    db += dy";
    }

    @Override
    public void forward(Backend k, Tensor y) {
        k.add(a.buffer(), b.buffer(), y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        for (Tensor operand : inputs()) {
            if (into.wants(operand)) {
                pass(k, dy, into.target(operand));
            }
        }
    }

    /** dx += dy, for an operand whose numbers are passed on as they are. */
    static void pass(Backend k, Tensor dy, Target dx) {
        if (dx.accumulate()) {
            k.axpy(1, dy.buffer(), dx.buffer());
        } else {
            k.copy(dy.buffer(), dx.buffer());
        }
    }
}

package chainrule.op;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y = a + b}, of equal shapes: where two paths of a net meet.
 *
 * <p>Derivation: each yᵢ depends on aᵢ and bᵢ alone, with slope 1, so ∂L/∂aᵢ = ∂L/∂bᵢ = dyᵢ.
 */
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
    public void forward(Backend backend, Tensor y) {
        backend.add(a, b, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(a, da -> backend.copy(dy, da));
        into.add(b, db -> backend.copy(dy, db));
    }
}

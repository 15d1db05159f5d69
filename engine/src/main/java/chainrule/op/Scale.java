package chainrule.op;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y = α x}, α a constant: the weight of one loss among several.
 *
 * <p>Derivation: yᵢ depends on xᵢ alone, with slope α.
 */
public record Scale(double alpha, Tensor x) implements Op {
    @Override
    public String name() {
        return "scale";
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return x.shape();
    }

    @Override
    public String derivative() {
        return "dx += α dy";
    }

    @Override
    public void forward(Backend backend, Tensor y) {
        backend.scale(alpha, x, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(x, dx -> backend.scale(alpha, dy, dx));
    }
}

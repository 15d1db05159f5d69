package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y = f(x)} for any f of the table {@link Elementwise}. Both formulas hold for each element.
 *
 * @param a the constant of f, such as the slope of a leaky ReLU
 */
public record Map(Elementwise f, double a, Tensor x) implements Op {
    @Override
    public String name() {
        return f.label();
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
        return "dx += dy ⊙ (" + f.derivativeFormula() + ")";
    }

    @Override
    public void forward(Backend k, Tensor y) {
        k.map(f, a, x.buffer(), y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        if (into.wants(x)) {
            k.mapGradient(f, a, x.buffer(), y.buffer(), dy.buffer(), into.target(x, dy));
        }
    }
}

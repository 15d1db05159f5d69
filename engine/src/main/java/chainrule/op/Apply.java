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
 * <p>Derivation: yᵢ depends on xᵢ alone, with slope f′(xᵢ), so ∂L/∂xᵢ = dyᵢ f′(xᵢ). The table gives f′ in x or in y = f(x),
 * whichever is simpler: tanh′(x) = 1 − y².
 *
 * @param a the constant of f, such as the slope of a leaky ReLU
 */
public record Apply(Elementwise f, double a, Tensor x) implements Op {
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
    public void forward(Backend backend, Tensor y) {
        backend.map(f, a, x, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(x, dx -> backend.mapGradient(f, a, x, y, dy, dx));
    }
}

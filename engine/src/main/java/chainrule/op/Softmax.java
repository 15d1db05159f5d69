package chainrule.op;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y = exp(x)/Σ_cols(exp(x))}: each row is divided by its sum over the columns.
 *
 * <p>Derivation: each output depends on each input of its row. By the quotient rule ∂yᵢ/∂xⱼ = yᵢ(δᵢⱼ − yⱼ), where δᵢⱼ is 1
 * for i = j and 0 otherwise; so ∂L/∂xⱼ = Σ_i dyᵢ yᵢ(δᵢⱼ − yⱼ) = yⱼ(dyⱼ − Σ_i dyᵢ yᵢ).
 */
public record Softmax(Tensor x) implements Op {
    @Override
    public String name() {
        return "softmax";
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
        return "dx += y ⊙ (dy − Σ_cols(dy ⊙ y))";
    }

    @Override
    public void forward(Backend backend, Tensor y) {
        backend.softmax(x, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(x, dx -> backend.softmaxGradient(y, dy, dx));
    }
}

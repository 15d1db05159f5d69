package chainrule.op;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y = exp(x)/Σ_cols(exp(x))}: each row is divided by its sum over the columns. Each output depends on each input
 * of its row: ∂yᵢ/∂xⱼ = yᵢ(δᵢⱼ − yⱼ).
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
    public void forward(Backend k, Tensor y) {
        k.softmax(x.rows(), x.cols(), x.buffer(), y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        if (into.wants(x)) {
            k.softmaxGradient(x.rows(), x.cols(), y.buffer(), dy.buffer(), into.target(x));
        }
    }
}

package chainrule.loss;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code L = −(1/N) * Σ_all(t ⊙ log(softmax(z)))}, the mean over the N rows.
 *
 * <p>Derivation: in one row log softmax(z)ⱼ = zⱼ − log Σ_k exp(z_k), whose derivative by zᵢ is δᵢⱼ − softmax(z)ᵢ. So −Σ_j tⱼ
 * log softmax(z)ⱼ has the derivative softmax(z)ᵢ Σ_j tⱼ − tᵢ. Taken together, softmax and logarithm need no division by a
 * probability that may be 0. Where each row of t is a distribution, Σ_cols(t) is 1 and this is the error softmax(z) − t.
 */
public record SoftmaxCrossEntropy(Tensor logits, Tensor target) implements Op {
    public SoftmaxCrossEntropy {
        requireFit("softmax cross-entropy", logits, target);
    }

    @Override
    public String name() {
        return "softmax cross-entropy";
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(logits, target);
    }

    @Override
    public Shape shape() {
        return Shape.of();
    }

    @Override
    public String derivative() {
        return "dz += (1/N) * dL * (softmax(z) ⊙ Σ_cols(t) − t)";
    }

    @Override
    public void forward(Backend backend, Tensor y) {
        backend.softmaxCrossEntropy(logits, target, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(logits, dz -> backend.softmaxCrossEntropyGradient(logits, target, dy, dz));
    }

    /** Checks the operands of a loss. */
    static void requireFit(String loss, Tensor output, Tensor target) {
        if (target.differentiable()) {
            throw new IllegalArgumentException(
                    loss + ": " + target + " is a target and gets no gradient; pass it as a Tensor.constant");
        }
        if (!output.shape().equals(target.shape())) {
            throw new ShapeException(
                    loss
                            + ": output "
                            + output
                            + " and target "
                            + target
                            + " must have the same shape; does the last layer have one unit per class?");
        }
    }
}

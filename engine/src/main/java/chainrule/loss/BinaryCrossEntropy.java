package chainrule.loss;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code L = −(1/n) * Σ_all(t ⊙ log(sigmoid(z)) + (1 − t) ⊙ log(1 − sigmoid(z)))}, the mean over all n entries of z. As
 * with softmax, the derivative of the sigmoid cancels that of the logarithm: the gradient of z is the error sigmoid(z)
 * − t, times 1/n.
 */
public record BinaryCrossEntropy(Tensor logits, Tensor target) implements Op {
    public BinaryCrossEntropy {
        Loss.requireFit("binary cross-entropy", logits, target);
    }

    @Override
    public String name() {
        return "binary cross-entropy";
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
        return "dz += (1/n) * dL * (sigmoid(z) − t)";
    }

    @Override
    public void forward(Backend k, Tensor y) {
        k.binaryCrossEntropy(logits.buffer(), target.buffer(), y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        if (into.wants(logits)) {
            k.binaryCrossEntropyGradient(logits.buffer(), target.buffer(), dy.buffer(), into.target(logits));
        }
    }
}

package chainrule.loss;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code L = −(1/n) * Σ_all(t ⊙ log(sigmoid(z)) + (1 − t) ⊙ log(1 − sigmoid(z)))}, the mean over all n entries of z.
 *
 * <p>Derivation: the derivative of log(sigmoid(z)) is 1 − sigmoid(z), and that of log(1 − sigmoid(z)) is −sigmoid(z). So one
 * term has the derivative −t(1 − sigmoid(z)) + (1 − t) sigmoid(z) = sigmoid(z) − t: the error.
 */
public record BinaryCrossEntropy(Tensor logits, Tensor target) implements Op {
    public BinaryCrossEntropy {
        SoftmaxCrossEntropy.requireFit("binary cross-entropy", logits, target);
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
    public void forward(Backend backend, Tensor y) {
        backend.binaryCrossEntropy(logits, target, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(logits, dz -> backend.binaryCrossEntropyGradient(logits, target, dy, dz));
    }
}

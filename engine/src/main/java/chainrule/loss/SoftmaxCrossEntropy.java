package chainrule.loss;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code L = −(1/N) * Σ_all(t ⊙ log(softmax(z)))}, the mean over the N rows.
 *
 * <p>Softmax and logarithm are taken together because their derivatives cancel: the gradient of the logits is 1/N times
 * softmax(z) ⊙ Σ_cols(t) − t, with no division by a probability that may be 0. Where each row of t is a distribution,
 * Σ_cols(t) is 1 and this is just the error softmax(z) − t.
 */
public record SoftmaxCrossEntropy(Tensor logits, Tensor target) implements Op {
    public SoftmaxCrossEntropy {
        Loss.requireFit("softmax cross-entropy", logits, target);
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
    public void forward(Backend k, Tensor y) {
        k.softmaxCrossEntropy(logits.rows(), logits.cols(), logits.buffer(), target.buffer(), y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        if (into.wants(logits)) {
            k.softmaxCrossEntropyGradient(
                    logits.rows(), logits.cols(), logits.buffer(), target.buffer(), dy.buffer(), into.target(logits));
        }
    }
}

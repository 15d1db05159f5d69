package chainrule.layer;

import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

/**
 * Turns each row into a probability distribution. Train a classifier on its logits with softmax cross-entropy instead,
 * which needs no such layer; this is for nets that continue from the probabilities.
 */
public record Softmax() implements Layer {
    @Override
    public String kind() {
        return "softmax";
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        return context.run(new chainrule.op.Softmax(x));
    }
}

package chainrule.layer;

import chainrule.op.Scale;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

/**
 * y = α x with a constant α: for example to make logits small at the start, so that training begins with nearly uniform
 * probabilities.
 *
 * @param factor α, finite and not 0
 */
public record Scaling(double factor) implements Layer {
    public Scaling {
        if (!Double.isFinite(factor) || factor == 0) {
            throw new IllegalArgumentException("scaling: factor " + factor + ": must be finite and not 0");
        }
    }

    @Override
    public String kind() {
        return "scaling";
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        return context.run(new Scale(factor, x));
    }
}

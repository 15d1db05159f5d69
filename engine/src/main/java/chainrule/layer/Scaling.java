package chainrule.layer;

import chainrule.op.Scale;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

/**
 * y = α x with a constant α: such as small logits at the start, so that the first gradients are those of a net that is
 * not sure of anything yet.
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
    public Tensor forward(Tensor x, Pass pass) {
        return pass.run(new Scale(factor, x));
    }
}

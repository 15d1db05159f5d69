package chainrule.layer;

import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

/**
 * Sets each element to 0 with probability {@code rate} in training and scales the others by 1/(1 − rate); does nothing at
 * inference (Srivastava et al. 2014). Which ones fall is a function of the seed, the layer and the step alone.
 *
 * @param rate 0 ≤ rate &lt; 1
 */
public record Dropout(double rate) implements Layer {
    public Dropout {
        chainrule.op.Dropout.requireRate(rate);
    }

    @Override
    public String kind() {
        return "dropout";
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        if (!context.training() || rate == 0) {
            return x;
        }
        long key = context.random().key();
        return context.run(chainrule.op.Dropout.of(context.tape().backend(), x, rate, key));
    }
}

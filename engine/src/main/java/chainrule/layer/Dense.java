package chainrule.layer;

import chainrule.initializer.Constant;
import chainrule.initializer.Initializer;
import chainrule.initializer.VarianceScaling;
import chainrule.op.Affine;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * A fully connected layer: every unit is a weighted sum of all inputs plus a bias. Weights are [in, units].
 *
 * @param bias false to leave it out
 */
public record Dense(int units, boolean bias, Initializer initializer) implements Layer {
    public Dense {
        if (units < 1) {
            throw new ShapeException("dense: " + units + " units, expected at least 1");
        }
    }

    /** With Glorot-uniform weights. */
    public Dense(int units) {
        this(units, VarianceScaling.glorotUniform());
    }

    /** With a bias. */
    public Dense(int units, Initializer initializer) {
        this(units, true, initializer);
    }

    /** The same layer without a bias. */
    public Dense withoutBias() {
        return new Dense(units, false, initializer);
    }

    @Override
    public String kind() {
        return "dense";
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 1) {
            throw new ShapeException("dense takes a vector per example, got " + input + "; put a Flatten before it");
        }
        return Shape.of(units);
    }

    @Override
    public List<Weight> weights(Shape input) {
        Weight weight = new Weight("weight", Shape.of(input.size(0), units), initializer);
        return bias ? List.of(weight, new Weight("bias", Shape.of(units), Constant.ZEROS)) : List.of(weight);
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        return context.run(new Affine(x, context.parameter("weight"), context.parameter("bias")));
    }
}

package chainrule.layer;

import chainrule.op.Reshape;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

/** Turns each example into a vector, row by row, pixel by pixel, channel by channel. */
public record Flatten() implements Layer {
    @Override
    public String kind() {
        return "flatten";
    }

    @Override
    public Shape outputShape(Shape input) {
        return Shape.of(input.elements());
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        int batch = x.shape().size(0);
        return context.run(new Reshape(x, Shape.of(batch, x.shape().elements() / batch)));
    }
}

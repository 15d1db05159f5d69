package chainrule.layer;

import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

/**
 * Gives each example another shape, its elements in the same order: vectors to images and back.
 *
 * @param shape of one example, without the batch
 */
public record Reshape(Shape shape) implements Layer {
    /** To examples with these sizes: {@code Reshape.to(28, 28, 1)}. */
    public static Reshape to(int... sizes) {
        return new Reshape(Shape.of(sizes));
    }

    @Override
    public String kind() {
        return "reshape";
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.elements() != shape.elements()) {
            throw new ShapeException(
                    "reshape to "
                            + shape
                            + " takes "
                            + shape.elements()
                            + " elements per example, got "
                            + input
                            + " with "
                            + input.elements());
        }
        return shape;
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        return context.run(new chainrule.op.Reshape(x, shape.batch(x.shape().size(0))));
    }
}

package chainrule.layer;

import chainrule.initializer.Initializer;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * The description of a layer: what it does to a shape, which parameters it has, and the ops it runs. A layer is an immutable
 * record without state; its parameters belong to the {@link Sequential} it was built into.
 */
public interface Layer {
    /** The kind, in lower case: "dense", "relu". A built net numbers them: dense1, relu1, dense2 … */
    String kind();

    /**
     * The shape of one example after this layer, given one before it.
     *
     * @throws chainrule.tensor.ShapeException if such an input does not fit, saying what would
     */
    Shape outputShape(Shape input);

    /** Its parameters and state, given the shape of one input example. */
    default List<Weight> weights(Shape input) {
        return List.of();
    }

    /** Runs the layer's ops on a batch. */
    Tensor forward(Tensor x, ForwardContext context);

    /**
     * A parameter or a piece of state of a layer.
     *
     * @param name short, within the layer: "weight", "bias"
     * @param trainable false for running statistics
     */
    record Weight(String name, Shape shape, Initializer initializer, boolean trainable) {
        public Weight(String name, Shape shape, Initializer initializer) {
            this(name, shape, initializer, true);
        }
    }
}

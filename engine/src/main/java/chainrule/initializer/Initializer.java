package chainrule.initializer;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * The values a parameter starts from.
 *
 * <p>{@link VarianceScaling} chooses the variance of the weights from the fan-in (inputs of one unit) and the fan-out
 * (outputs one input reaches). With variance 1/fan-in, a layer of linear units has outputs of the power of its inputs;
 * an activation changes that: ReLU leaves half of it, which variance 2/fan-in makes up for. A dense weight is [in,
 * out]; a convolution weight is [kernel height, kernel width, in, out], with fans of kernel area × channels.
 */
public interface Initializer {
    /** All values of a parameter of that shape. */
    double[] values(Shape shape, RandomStream random);

    /** What the command line and model summaries call it: "glorot-uniform". */
    String name();

    /** The product of all sizes but the last: inputs of one unit. */
    static int fanIn(Shape shape) {
        return shape.elements() / shape.size(-1);
    }

    /** The kernel area times the last size: outputs one input reaches. */
    static int fanOut(Shape shape) {
        return shape.rank() < 2 ? shape.elements() : shape.elements() / shape.size(-2);
    }
}

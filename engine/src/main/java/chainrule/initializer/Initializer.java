package chainrule.initializer;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Computes the initial values of a parameter.
 *
 * <p>{@link VarianceScaling} chooses the variance of the weights from the fan-in (inputs of one unit) and the fan-out
 * (outputs one input reaches). With variance 1/fan-in, the outputs of a linear layer have the same mean square as its
 * inputs. An activation changes that: ReLU halves the mean square, for which a variance of 2/fan-in compensates. A
 * dense weight is [in, out]; a convolution weight is [kernel height, kernel width, in, out], with fans of kernel area ×
 * channels.
 */
public interface Initializer {
    /** Returns the values of a parameter of that shape, in row-major order. */
    double[] values(Shape shape, RandomStream random);

    /** Returns the name used on the command line and in model summaries: "glorot-uniform". */
    String name();

    /** Returns the product of all sizes but the last: the number of inputs of one unit. */
    static int fanIn(Shape shape) {
        return shape.elements() / shape.size(-1);
    }

    /** Returns the kernel area times the last size: the number of outputs that one input reaches. */
    static int fanOut(Shape shape) {
        return shape.rank() < 2 ? shape.elements() : shape.elements() / shape.size(-2);
    }
}

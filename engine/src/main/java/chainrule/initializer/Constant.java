package chainrule.initializer;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import java.util.Arrays;

/** Sets all elements to the same value: 0 for biases, 1 for the scale of a normalization layer. */
public record Constant(double value) implements Initializer {
    public static final Constant ZEROS = new Constant(0);
    public static final Constant ONES = new Constant(1);

    @Override
    public String name() {
        return value == 0 ? "zeros" : value == 1 ? "ones" : "constant " + value;
    }

    @Override
    public double[] values(Shape shape, RandomStream random) {
        double[] values = new double[shape.elements()];
        Arrays.fill(values, value);
        return values;
    }
}

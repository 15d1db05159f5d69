package chainrule.initializer;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

/**
 * A convolution that starts as the identity as far as it can: filter i passes channel i on, with a single 1 in the middle
 * of its kernel, for every i that is both a channel and a filter (Zagoruyko and Komodakis 2017, "DiracNets"). What the
 * layers before have found goes on unchanged, and so do gradients. Where there are more filters than channels, the others
 * start at random.
 *
 * @param others gives all values, of which those of the first filters are then replaced
 */
public record Dirac(Initializer others) implements Initializer {
    @Override
    public String name() {
        return "dirac, " + others.name();
    }

    /** @throws ShapeException unless the shape is a convolution's, [kernel height, kernel width, channels, filters] */
    @Override
    public double[] values(Shape shape, RandomStream random) {
        if (shape.rank() != 4) {
            throw new ShapeException(
                    "dirac: takes convolution weights [kernel height × kernel width × channels × filters], got "
                            + shape);
        }
        int channels = shape.size(2);
        int filters = shape.size(3);
        int identical = Math.min(channels, filters);
        double[] values = others.values(shape, random);
        for (int row = 0; row < values.length; row += filters) {
            for (int i = 0; i < identical; i++) {
                values[row + i] = 0;
            }
        }
        int middle = (shape.size(0) / 2 * shape.size(1) + shape.size(1) / 2) * channels;
        for (int i = 0; i < identical; i++) {
            values[(middle + i) * filters + i] = 1;
        }
        return values;
    }
}

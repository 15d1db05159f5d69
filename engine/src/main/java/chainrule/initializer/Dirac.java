package chainrule.initializer;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

/**
 * Initializes a convolution as an identity: for every i &lt; min(channels, filters), filter i is 1 at the center of
 * channel i and 0 elsewhere, so y[…, i] = x[…, i] with "same" padding, stride 1 and an odd kernel size (Zagoruyko and
 * Komodakis 2017, "DiracNets: Training Very Deep Neural Networks Without Skip-Connections"). Any remaining filters are
 * random.
 *
 * <p>Use it for deep convolutional nets without skip connections: at the beginning of training, activations and
 * gradients pass through the layer unchanged.
 *
 * @param others initializes the remaining filters
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

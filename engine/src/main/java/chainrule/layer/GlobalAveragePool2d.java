package chainrule.layer;

import chainrule.op.AveragePool;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

/**
 * Turns each image into a vector, the mean of every channel: a classifier's head that needs no weights and takes any
 * image size (Lin et al. 2013, §3.2).
 */
public record GlobalAveragePool2d() implements Layer {
    @Override
    public String kind() {
        return "globalavgpool";
    }

    @Override
    public Shape outputShape(Shape input) {
        Windows.requireImage(kind(), input);
        return Shape.of(input.size(2));
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        Tensor means = context.run(AveragePool.global(x));
        return context.run(new chainrule.op.Reshape(means, Shape.of(x.shape().size(0), x.cols())));
    }
}

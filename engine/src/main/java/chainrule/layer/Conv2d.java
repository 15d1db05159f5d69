package chainrule.layer;

import chainrule.backend.Window;
import chainrule.initializer.Constant;
import chainrule.initializer.Initializer;
import chainrule.initializer.VarianceScaling;
import chainrule.op.Convolution;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * A convolutional layer: every filter is a small weighted sum that slides over the image. Weights are [kernel height,
 * kernel width, channels, filters].
 *
 * @param bias false where a {@link BatchNorm} follows, whose β does the same
 */
public record Conv2d(
        int filters,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        Padding padding,
        boolean bias,
        Initializer initializer)
        implements Layer {
    public Conv2d {
        if (filters < 1) {
            throw new ShapeException("conv: " + filters + " filters, expected at least 1");
        }
        Windows.requirePositive("conv", kernelHeight, kernelWidth, strideHeight, strideWidth);
    }

    /** A square kernel, stride 1, zero padding that keeps the image's size, bias, Glorot-uniform weights. */
    public static Conv2d same(int filters, int kernel) {
        return new Conv2d(filters, kernel, kernel, 1, 1, Padding.SAME, true, VarianceScaling.glorotUniform());
    }

    /** A square kernel, stride 1, no padding, bias, Glorot-uniform weights. */
    public static Conv2d valid(int filters, int kernel) {
        return new Conv2d(filters, kernel, kernel, 1, 1, Padding.VALID, true, VarianceScaling.glorotUniform());
    }

    /** The same layer, but going {@code stride} pixels at a time. */
    public Conv2d withStride(int stride) {
        return new Conv2d(filters, kernelHeight, kernelWidth, stride, stride, padding, bias, initializer);
    }

    /** The same layer without a bias. */
    public Conv2d withoutBias() {
        return new Conv2d(filters, kernelHeight, kernelWidth, strideHeight, strideWidth, padding, false, initializer);
    }

    /** The same layer with weights that start otherwise. */
    public Conv2d withInitializer(Initializer other) {
        return new Conv2d(filters, kernelHeight, kernelWidth, strideHeight, strideWidth, padding, bias, other);
    }

    @Override
    public String kind() {
        return "conv";
    }

    private Window window(Shape image) {
        return switch (padding) {
            case SAME -> {
                Windows.requireImage("conv", image);
                yield Window.same(
                        image.size(0),
                        image.size(1),
                        image.size(2),
                        kernelHeight,
                        kernelWidth,
                        strideHeight,
                        strideWidth);
            }
            case VALID ->
                    Windows.valid(
                            "conv",
                            image,
                            kernelHeight,
                            kernelWidth,
                            strideHeight,
                            strideWidth,
                            "use padding 'same' or a smaller kernel");
        };
    }

    @Override
    public Shape outputShape(Shape input) {
        return Windows.output(window(input), filters);
    }

    @Override
    public List<Weight> weights(Shape input) {
        Shape kernel = Shape.of(kernelHeight, kernelWidth, input.size(2), filters);
        Weight weight = new Weight("weight", kernel, initializer);
        return bias ? List.of(weight, new Weight("bias", Shape.of(filters), Constant.ZEROS)) : List.of(weight);
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        return context.run(
                new Convolution(
                        x, context.parameter("weight"), context.parameter("bias"), window(x.shape().example())));
    }
}

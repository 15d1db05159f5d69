package chainrule.layer;

import chainrule.backend.Window;
import chainrule.op.AveragePool;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

/**
 * Shrinks images to the mean of each window, channel by channel. Never padded: rows and columns at the bottom and
 * right that do not fill a window are left out. Windows overlap where the stride is smaller than the window.
 */
public record AveragePool2d(int height, int width, int strideHeight, int strideWidth) implements Layer {
    public AveragePool2d {
        Windows.requirePositive("avgpool", height, width, strideHeight, strideWidth);
    }

    /** Square windows side by side: the stride is the window's size. */
    public static AveragePool2d of(int size) {
        return of(size, size);
    }

    /** Square windows, {@code stride} pixels apart. */
    public static AveragePool2d of(int size, int stride) {
        return new AveragePool2d(size, size, stride, stride);
    }

    @Override
    public String kind() {
        return "avgpool";
    }

    private Window window(Shape image) {
        return Windows.pool("avgpool", image, height, width, strideHeight, strideWidth);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Windows.output(window(input), input.size(2));
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        return context.run(new AveragePool(x, window(x.shape().example())));
    }
}

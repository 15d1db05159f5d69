package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Window;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y[n, i, j, f] = b[f] + Σ_p,q,c(x[n, i*sh + p − padTop, j*sw + q − padLeft, c] * w[p, q, c, f])}: the same
 * weights at each place of the image (LeCun et al. 1989). Strides are sh rows and sw columns, and x is 0 outside the
 * image. As is usual, the kernel is not flipped, so this is a cross-correlation.
 *
 * <p>Written as one matrix product: {@link Backend#im2col} copies what each window sees into a row, so {@code Y =
 * im2col(X)·W + b}. The derivative is that of {@link Affine}, followed by the transpose of the linear map im2col,
 * {@link Backend#im2colGradient}, which adds the gradient of each tap to the pixel it was read from. The products are
 * in {@link Backend#convolution}, {@link Backend#convolutionInputGradient} and {@link
 * Backend#convolutionWeightGradient}.
 *
 * @param x images [N, height, width, channels]
 * @param weight [kernel height, kernel width, channels, filters]
 * @param bias [filters], or null for none
 */
public record Convolution(Tensor x, Tensor weight, Tensor bias, Window window) implements Op {
    public Convolution {
        Images.require("convolution", x, window);
        Shape kernel = weight.shape();
        if (kernel.rank() != 4
                || kernel.size(0) != window.kernelHeight()
                || kernel.size(1) != window.kernelWidth()
                || kernel.size(2) != window.channels()) {
            throw new ShapeException(
                    "convolution: "
                            + x
                            + " * "
                            + weight
                            + ": the weights must be [kernel height × kernel width × channels × filters] = ["
                            + window.kernelHeight()
                            + " × "
                            + window.kernelWidth()
                            + " × "
                            + window.channels()
                            + " × …]; make the weights for this window and these channels");
        }
        if (bias != null && bias.shape().elements() != weight.cols()) {
            throw new ShapeException(
                    "convolution: bias "
                            + bias
                            + " must have one number per filter of "
                            + weight
                            + ", "
                            + weight.cols());
        }
    }

    @Override
    public String name() {
        return "convolution";
    }

    @Override
    public List<Tensor> inputs() {
        return bias == null ? List.of(x, weight) : List.of(x, weight, bias);
    }

    @Override
    public Shape shape() {
        return Shape.of(images(), window.outHeight(), window.outWidth(), filters());
    }

    private int images() {
        return x.shape().size(0);
    }

    private int filters() {
        return weight.cols();
    }

    @Override
    public String derivative() {
        return "dX += im2colᵀ(dY·Wᵀ)    dW += im2col(X)ᵀ·dY" + (bias == null ? "" : "    db += Σ_rows(dY)");
    }

    @Override
    public void forward(Backend k, Tensor y) {
        k.convolution(
                window,
                images(),
                filters(),
                x.buffer(),
                weight.buffer(),
                bias == null ? null : bias.buffer(),
                y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        // In this order dY is summed while it is still in the cache, and so is dX when the op before is asked.
        if (bias != null && into.wants(bias)) {
            k.addRowGradient(y.rows(), filters(), dy.buffer(), into.target(bias));
        }
        if (into.wants(weight)) {
            k.convolutionWeightGradient(window, images(), filters(), x.buffer(), dy.buffer(), into.target(weight));
        }
        if (into.wants(x)) {
            k.convolutionInputGradient(window, images(), filters(), dy.buffer(), weight.buffer(), into.target(x));
        }
    }
}

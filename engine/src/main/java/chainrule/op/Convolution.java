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
 * <p>Derivation: {@link Backend#im2col} copies what each window sees into a row, so {@code Y = im2col(X)·W + b} and the
 * derivatives of {@link Affine} apply with im2col(X) for X: dW += im2col(X)ᵀ·dY, and dY·Wᵀ is the gradient of the copied
 * pixels. im2col is linear, so the gradient of X is its transpose applied to that: {@link Backend#im2colGradient} adds the
 * gradient of each copy to the pixel it was copied from.
 *
 * @param x images [N, height, width, channels]
 * @param weight [kernel height, kernel width, channels, filters]
 * @param bias [filters], or null for none
 */
public record Convolution(Tensor x, Tensor weight, Tensor bias, Window window) implements Op {
    public Convolution {
        WindowShape.require("convolution", x, window);
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
                            + " must have one element per filter of "
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
        return Shape.of(x.shape().size(0), window.outHeight(), window.outWidth(), filters());
    }

    private int filters() {
        return weight.cols();
    }

    @Override
    public String derivative() {
        return "dX += im2colᵀ(dY·Wᵀ)    dW += im2col(X)ᵀ·dY" + (bias == null ? "" : "    db += Σ_rows(dY)");
    }

    @Override
    public void forward(Backend backend, Tensor y) {
        backend.convolution(window, x.images(), weight, bias, y.images());
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        if (bias != null) {
            into.add(bias, db -> backend.columnSums(dy, db));
        }
        into.add(weight, dw -> backend.convolutionWeightGradient(window, x.images(), dy.images(), dw));
        into.add(x, dx -> backend.convolutionInputGradient(window, dy.images(), weight, dx));
    }
}

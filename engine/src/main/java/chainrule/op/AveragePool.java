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
 * {@code y[n, i, j, c] = mean(x[n, window(i, j), c])}: the mean of each window, channel by channel, where window(i, j)
 * are the pixels inside the image that {@link Window} assigns to output pixel (i, j). Padding does not count, so a
 * window that extends over the edge has fewer pixels.
 *
 * <p>Derivation: ∂y/∂x is 1/|window(i, j)| for each pixel of the window, |window(i, j)| being their number. A pixel in several
 * overlapping windows gets a contribution from each.
 *
 * @param x images [N, height, width, channels]
 */
public record AveragePool(Tensor x, Window window) implements Op {
    public AveragePool {
        WindowShape.require("average pool", x, window);
    }

    /** One window over the whole image: y is [N, 1, 1, channels] (Lin et al. 2013, §3.2). */
    public static AveragePool global(Tensor x) {
        if (x.shape().rank() != 4) {
            throw new ShapeException(
                    "global average pool: "
                            + x
                            + " must be a batch of images [N × rows × columns × channels]; reshape the input");
        }
        int height = x.shape().size(1);
        int width = x.shape().size(2);
        return new AveragePool(x, Window.valid(height, width, x.shape().size(3), height, width, 1, 1));
    }

    @Override
    public String name() {
        return "average pool";
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return Shape.of(x.shape().size(0), window.outHeight(), window.outWidth(), window.channels());
    }

    @Override
    public String derivative() {
        return "dx[n, r, s, c] += Σ_i,j([(r, s) ∈ window(i, j)] * dy[n, i, j, c] / |window(i, j)|)";
    }

    @Override
    public void forward(Backend backend, Tensor y) {
        backend.averagePool(window, x.images(), y.images());
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(x, dx -> backend.averagePoolGradient(window, dy.images(), dx));
    }
}

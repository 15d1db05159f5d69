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
 * are the pixels inside the image that {@link Window} assigns to output pixel (i, j). Each of these |window(i, j)|
 * pixels has the same influence on the mean, so each gets the same fraction of the gradient. Padding counts for
 * nothing, so a window that extends over the edge has fewer pixels. A pixel in several overlapping windows gets a
 * contribution from each.
 *
 * @param x images [N, height, width, channels]
 */
public record AveragePool(Tensor x, Window window) implements Op {
    public AveragePool {
        Images.require("average pool", x, window);
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
    public void forward(Backend k, Tensor y) {
        k.averagePool(window, x.shape().size(0), x.buffer(), y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        if (into.wants(x)) {
            k.averagePoolGradient(window, x.shape().size(0), dy.buffer(), into.target(x));
        }
    }
}

package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Window;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y[n, i, j, c] = max(x[n, window(i, j), c])}: the maximum of each window, channel by channel, where window(i,
 * j) are the pixels inside the image that {@link Window} assigns to output pixel (i, j).
 *
 * <p>Derivation: only the maximum influences y, so ∂y/∂x is 1 there and 0 elsewhere, and it alone gets the gradient. Among
 * equal maxima, argmax is the first one, row by row. A pixel that is the maximum of several windows gets the sum.
 *
 * @param x images [N, height, width, channels]
 */
public record MaxPool(Tensor x, Window window) implements Op {
    public MaxPool {
        WindowShape.require("max pool", x, window);
    }

    @Override
    public String name() {
        return "max pool";
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
        return "dx[n, r, s, c] += Σ_i,j([(r, s) = argmax(x[n, window(i, j), c])] * dy[n, i, j, c])";
    }

    @Override
    public void forward(Backend backend, Tensor y) {
        backend.maxPool(window, x.images(), y.images());
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(x, dx -> backend.maxPoolGradient(window, x.images(), y.images(), dy.images(), dx));
    }
}

package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Window;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * y = the largest number of every window, channel by channel. Only the winner had any influence, so it alone gets the
 * gradient: ∂y/∂x is 1 at the maximum and 0 elsewhere. Among equal maxima the first one, row by row, is taken.
 *
 * @param x images [N, height, width, channels]
 */
public record MaxPool(Tensor x, Window window) implements Op {
    public MaxPool {
        Images.require("max pool", x, window);
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
        return "dx[argmax of the window] += dy";
    }

    @Override
    public void forward(Backend k, Tensor y) {
        k.maxPool(window, x.shape().size(0), x.buffer(), y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        if (into.wants(x)) {
            k.maxPoolGradient(window, x.shape().size(0), x.buffer(), y.buffer(), dy.buffer(), into.target(x));
        }
    }
}

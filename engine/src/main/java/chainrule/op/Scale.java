package chainrule.op;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/** {@code y = α x}, α a constant: the weight of one loss among several. */
public record Scale(double alpha, Tensor x) implements Op {
    @Override
    public String name() {
        return "scale";
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return x.shape();
    }

    @Override
    public String derivative() {
        return "dx += α dy";
    }

    @Override
    public void forward(Backend k, Tensor y) {
        k.copy(x.buffer(), y.buffer());
        k.scale(alpha, y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        if (into.wants(x)) {
            k.axpy(alpha, dy.buffer(), into.target(x).toAddTo(k));
        }
    }
}

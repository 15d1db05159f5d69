package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Target;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/** {@code Y = X·W + b}, the dense layer. X is [rows, in], W is [in, out], b is [out] and added to each row, or null. */
public record Affine(Tensor x, Tensor w, Tensor b) implements Op {
    public Affine {
        if (w.shape().rank() != 2 || x.cols() != w.shape().size(0)) {
            throw new ShapeException(
                    "affine: "
                            + x
                            + " · "
                            + w
                            + ": the last size of the input, "
                            + x.cols()
                            + ", must equal the first of the weights; flatten the input or change the layer before");
        }
        if (b != null && b.shape().elements() != w.cols()) {
            throw new ShapeException("affine: bias " + b + " must have one number per column of " + w);
        }
    }

    @Override
    public String name() {
        return "affine";
    }

    @Override
    public List<Tensor> inputs() {
        return b == null ? List.of(x, w) : List.of(x, w, b);
    }

    @Override
    public Shape shape() {
        return x.shape().withLast(w.cols());
    }

    @Override
    public String derivative() {
        return b == null ? "dX += dY·Wᵀ    dW += Xᵀ·dY" : "dX += dY·Wᵀ    dW += Xᵀ·dY    db += Σ_rows(dY)";
    }

    @Override
    public void forward(Backend k, Tensor y) {
        k.affine(x.rows(), x.cols(), w.cols(), x.buffer(), w.buffer(), b == null ? null : b.buffer(), y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        int rows = x.rows();
        int in = x.cols();
        int out = w.cols();
        if (into.wants(x)) {
            Target dx = into.target(x);
            k.gemm(false, true, rows, in, out, dy.buffer(), w.buffer(), dx.accumulate(), dx.buffer());
        }
        if (into.wants(w)) {
            Target dw = into.target(w);
            k.gemm(true, false, in, out, rows, x.buffer(), dy.buffer(), dw.accumulate(), dw.buffer());
        }
        if (b != null && into.wants(b)) {
            k.addRowGradient(rows, out, dy.buffer(), into.target(b));
        }
    }
}

package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Target;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/** {@code Y = A·B}, where A is [m, k] and B is [k, n]. */
public record MatMul(Tensor a, Tensor b) implements Op {
    public MatMul {
        if (a.shape().rank() != 2 || b.shape().rank() != 2 || a.cols() != b.rows()) {
            throw new ShapeException(
                    "matmul: "
                            + a
                            + " · "
                            + b
                            + ": both must be matrices and the inner sizes, "
                            + a.cols()
                            + " and "
                            + b.rows()
                            + ", equal");
        }
    }

    @Override
    public String name() {
        return "matmul";
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(a, b);
    }

    @Override
    public Shape shape() {
        return Shape.of(a.rows(), b.cols());
    }

    @Override
    public String derivative() {
        return "dA += dY·Bᵀ    dB += Aᵀ·dY";
    }

    @Override
    public void forward(Backend k, Tensor y) {
        k.gemm(false, false, a.rows(), b.cols(), a.cols(), a.buffer(), b.buffer(), false, y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        if (into.wants(a)) {
            Target da = into.target(a);
            k.gemm(false, true, a.rows(), a.cols(), b.cols(), dy.buffer(), b.buffer(), da.accumulate(), da.buffer());
        }
        if (into.wants(b)) {
            Target db = into.target(b);
            k.gemm(true, false, b.rows(), b.cols(), a.rows(), a.buffer(), dy.buffer(), db.accumulate(), db.buffer());
        }
    }
}

package chainrule.op;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code Y = A·B}, where A is [m, k] and B is [k, n].
 *
 * <p>Derivation: y_ij = Σ_p a_ip b_pj. Row i of Y depends on a_ip, by b_pj, so ∂L/∂a_ip = Σ_j dy_ij b_pj, which is dY·Bᵀ.
 * Column j depends on b_pj, by a_ip, so ∂L/∂b_pj = Σ_i a_ip dy_ij, which is Aᵀ·dY.
 */
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
    public void forward(Backend backend, Tensor y) {
        backend.matmul(a, b, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(a, da -> backend.matmul(dy, b.T(), da));
        into.add(b, db -> backend.matmul(a.T(), dy, db));
    }
}

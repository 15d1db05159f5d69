package chainrule.op;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code Y = X·W + b}, the dense layer. X is [rows, in], W is [in, out], b is [out] and added to each row, or null.
 *
 * <p>Derivation: y_nj = Σ_i x_ni w_ij + b_j. Only row n of Y depends on x_ni, by w_ij, so ∂L/∂x_ni = Σ_j dy_nj w_ij, which
 * is dY·Wᵀ. Every row n depends on w_ij, by x_ni, so ∂L/∂w_ij = Σ_n x_ni dy_nj, which is Xᵀ·dY; and on b_j, by 1, so
 * ∂L/∂b_j = Σ_n dy_nj.
 */
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
            throw new ShapeException("affine: bias " + b + " must have one element per column of " + w);
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
    public void forward(Backend backend, Tensor y) {
        backend.affine(x, w, b, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(x, dx -> backend.matmul(dy, w.T(), dx));
        into.add(w, dw -> backend.matmul(x.T(), dy, dw));
        if (b != null) {
            into.add(b, db -> backend.columnSums(dy, db));
        }
    }
}

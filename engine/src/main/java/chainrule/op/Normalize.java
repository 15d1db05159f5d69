package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Target;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y = γ ⊙ x̂ + β where x̂ = (x − μ)/√(σ² + ε)}, column by column, where μ and σ² are constants: batch
 * normalization at inference, with running statistics. It is a straight line in x, and rows do not influence each
 * other; contrast {@link BatchNorm}.
 *
 * @param mean μ, one number a column; not differentiable
 * @param variance σ², one number a column; not differentiable
 */
public record Normalize(Tensor x, Tensor mean, Tensor variance, Tensor gamma, Tensor beta, double epsilon)
        implements Op {
    public Normalize {
        requireColumns("normalize", x, mean, variance, gamma, beta);
        if (mean.differentiable() || variance.differentiable()) {
            throw new IllegalArgumentException(
                    "normalize: "
                            + mean
                            + " and "
                            + variance
                            + " must be constants, no gradient reaches them; for the batch's own use batch norm");
        }
    }

    static void requireColumns(String op, Tensor x, Tensor... perColumn) {
        for (Tensor t : perColumn) {
            if (t.shape().elements() != x.cols()) {
                throw new ShapeException(
                        op
                                + ": "
                                + t
                                + " must have one number per column of "
                                + x
                                + ", "
                                + x.cols()
                                + "; was the layer built for another number of channels?");
            }
        }
    }

    @Override
    public String name() {
        return "normalize";
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(x, mean, variance, gamma, beta);
    }

    @Override
    public Shape shape() {
        return x.shape();
    }

    @Override
    public String derivative() {
        return "dx += γ/√(σ² + ε) ⊙ dy    dγ += Σ_rows(dy ⊙ x̂)    dβ += Σ_rows(dy)    where x̂ = (x − μ)/√(σ² + ε)";
    }

    @Override
    public void forward(Backend k, Tensor y) {
        k.normalize(
                x.rows(),
                x.cols(),
                x.buffer(),
                mean.buffer(),
                variance.buffer(),
                epsilon,
                gamma.buffer(),
                beta.buffer(),
                y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        Target[] d = into.targets(dy, x, gamma, beta);
        k.normalizeGradient(
                x.rows(),
                x.cols(),
                x.buffer(),
                mean.buffer(),
                variance.buffer(),
                epsilon,
                gamma.buffer(),
                dy.buffer(),
                d[0],
                d[1],
                d[2]);
    }
}

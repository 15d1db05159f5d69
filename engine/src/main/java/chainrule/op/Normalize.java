package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Moments;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y = γ ⊙ x̂ + β where x̂ = (x − μ)/√(σ² + ε)}, column by column, where μ and σ² are constants: batch
 * normalization at inference, with running statistics.
 *
 * <p>Derivation: each y is a straight line in its own x, with slope γ/√(σ² + ε); rows do not influence each other, unlike
 * in {@link BatchNorm}. All rows have the same γ and β, so their gradients are sums over the rows.
 *
 * @param mean μ, one element per column; not differentiable
 * @param variance σ², one element per column; not differentiable
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

    private Moments moments() {
        return new Moments(mean, variance, epsilon);
    }

    static void requireColumns(String op, Tensor x, Tensor... perColumn) {
        for (Tensor t : perColumn) {
            if (t.shape().elements() != x.cols()) {
                throw new ShapeException(
                        op
                                + ": "
                                + t
                                + " must have one element per column of "
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
    public void forward(Backend backend, Tensor y) {
        backend.normalize(x, moments(), gamma, beta, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(
                x,
                gamma,
                beta,
                (dx, dgamma, dbeta) -> backend.normalizeGradient(x, moments(), gamma, dy, dx, dgamma, dbeta));
    }
}

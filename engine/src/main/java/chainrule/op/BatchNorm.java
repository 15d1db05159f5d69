package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Moments;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y = γ ⊙ x̂ + β where x̂ = (x − μ)/√(σ² + ε)}, column by column (channel by channel), where μ and σ² are the
 * mean and the biased variance of the batch itself (Ioffe and Szegedy 2015).
 *
 * <p>Derivation, for one column of N rows: ∂μ/∂xⱼ = 1/N and ∂σ²/∂xⱼ = 2(xⱼ − μ)/N, so ∂x̂ᵢ/∂xⱼ = (δᵢⱼ − 1/N −
 * x̂ᵢx̂ⱼ/N)/√(σ² + ε), where δᵢⱼ is 1 for i = j and 0 otherwise. Σ_i dyᵢ γ ∂x̂ᵢ/∂xⱼ is the formula.
 *
 * <p>What it means: because μ and σ² depend on each row, so does each y. Adding a constant to a column changes only μ and
 * leaves y as it is: the derivative subtracts the mean of dy, so that Σ_rows(dx) is 0. Stretching a column about its mean
 * changes y only through ε: the derivative subtracts x̂ times the mean of dy ⊙ x̂, which leaves the fraction ε/(σ² + ε) of
 * the gradient in that direction. With one row x = μ, so y = β and dx = 0.
 *
 * <p>{@link #forward} leaves the batch's moments in the op's two tensors, for {@link #backward} and for running
 * statistics.
 *
 * @param x [rows, columns] or images [N, height, width, channels], read as one row per pixel
 * @param mean μ, after forward
 * @param variance σ², biased, after forward
 */
public record BatchNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor mean, Tensor variance)
        implements Op {
    public BatchNorm {
        Normalize.requireColumns("batch norm", x, gamma, beta);
    }

    /** With tensors for the moments in the innermost scope. */
    public static BatchNorm of(Backend backend, Tensor x, Tensor gamma, Tensor beta, double epsilon) {
        Tensor mean = perColumn(backend, x, "batch norm mean");
        return new BatchNorm(x, gamma, beta, epsilon, mean, perColumn(backend, x, "batch norm variance"));
    }

    private static Tensor perColumn(Backend backend, Tensor x, String name) {
        return Tensor.constant(name, Shape.of(x.cols()), backend.allocate(x.cols(), name));
    }

    private Moments moments() {
        return new Moments(mean, variance, epsilon);
    }

    @Override
    public String name() {
        return "batch norm";
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(x, gamma, beta);
    }

    @Override
    public Shape shape() {
        return x.shape();
    }

    @Override
    public String derivative() {
        return String.join(
                "    ",
                "dx += γ/√(σ² + ε) ⊙ (dy − mean_rows(dy) − x̂ ⊙ mean_rows(dy ⊙ x̂))",
                "dγ += Σ_rows(dy ⊙ x̂)",
                "dβ += Σ_rows(dy)",
                "where x̂ = (x − μ)/√(σ² + ε)");
    }

    @Override
    public void forward(Backend backend, Tensor y) {
        backend.moments(x, mean, variance);
        backend.normalize(x, moments(), gamma, beta, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(
                x,
                gamma,
                beta,
                (dx, dgamma, dbeta) -> backend.batchNormGradient(x, moments(), gamma, dy, dx, dgamma, dbeta));
    }
}

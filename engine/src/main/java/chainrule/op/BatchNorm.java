package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * y = γ·x̂ + β with x̂ = (x − μ)/√(σ² + ε), column by column (channel by channel), where μ and σ² are the mean and the
 * biased variance of the batch itself (Ioffe and Szegedy 2015).
 *
 * <p>Because μ and σ² depend on every row, so does every y: the derivative takes from dy its mean and its projection on
 * x̂, the two directions in which a batch can move without changing y. With one row x = μ, so y = β and dx = 0.
 *
 * <p>{@link #forward} leaves the batch's moments in the op's own two buffers, for {@link #backward} and for whoever
 * keeps running statistics.
 *
 * @param x [rows, columns] or images [N, height, width, channels], read as one row a pixel
 * @param mean μ, after forward
 * @param variance σ², biased, after forward
 */
public record BatchNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Buffer mean, Buffer variance)
        implements Op {
    public BatchNorm {
        Normalize.requireColumns("batch norm", x, gamma, beta);
    }

    /** With buffers for the moments from the innermost scope. */
    public static BatchNorm of(Backend k, Tensor x, Tensor gamma, Tensor beta, double epsilon) {
        Buffer mean = k.allocate(x.cols(), "batch norm mean");
        return new BatchNorm(x, gamma, beta, epsilon, mean, k.allocate(x.cols(), "batch norm variance"));
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
        return "dx += γ/√(σ² + ε)·(dy − mean dy − x̂·mean(dy·x̂))    dγ += Σ_rows dy·x̂    dβ += Σ_rows dy";
    }

    @Override
    public void forward(Backend k, Tensor y) {
        int rows = x.rows();
        int cols = x.cols();
        k.moments(rows, cols, x.buffer(), mean, variance);
        k.normalize(rows, cols, x.buffer(), mean, variance, epsilon, gamma.buffer(), beta.buffer(), y.buffer());
    }

    @Override
    public void backward(Backend k, Tensor y, Tensor dy, Gradients into) {
        Target[] d = into.targets(dy, x, gamma, beta);
        k.batchNormGradient(
                x.rows(), x.cols(), x.buffer(), mean, variance, epsilon, gamma.buffer(), dy.buffer(), d[0], d[1], d[2]);
    }
}

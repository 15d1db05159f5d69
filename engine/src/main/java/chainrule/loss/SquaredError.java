package chainrule.loss;

import chainrule.backend.Backend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code L = c * Σ_all((x − t)²)}. The factor c is 1/n for the mean squared error over n entries and 1/(2N) for half
 * the sum of squares per example.
 *
 * <p>Derivation: (xᵢ − tᵢ)² is the only term with xᵢ, and its derivative is 2(xᵢ − tᵢ).
 *
 * @param factor c
 */
public record SquaredError(String name, double factor, Tensor x, Tensor target) implements Op {
    public SquaredError {
        SoftmaxCrossEntropy.requireFit(name, x, target);
    }

    /** (1/n) * Σ_all((x − t)²), n the number of entries. */
    public static SquaredError mean(Tensor x, Tensor target) {
        return new SquaredError("mean squared error", 1.0 / x.shape().elements(), x, target);
    }

    /** (1/(2N)) * Σ_all((x − t)²), N the number of examples. */
    public static SquaredError halfSum(Tensor x, Tensor target) {
        return new SquaredError("half sum of squares", 0.5 / x.shape().size(0), x, target);
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(x, target);
    }

    @Override
    public Shape shape() {
        return Shape.of();
    }

    @Override
    public String derivative() {
        return "dx += 2c * dL * (x − t)";
    }

    @Override
    public void forward(Backend backend, Tensor y) {
        backend.squaredError(factor, x, target, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(x, dx -> backend.squaredErrorGradient(factor, x, target, dy, dx));
    }
}

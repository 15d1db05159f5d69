package chainrule.op;

import chainrule.backend.Backend;
import chainrule.backend.Memory.Buffer;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * {@code y = x ⊙ mask}, where each element of the mask is 0 with probability {@code rate} and 1/(1 − rate) otherwise
 * (Srivastava et al. 2014). That scaling, "inverted dropout", leaves the expected value of y at x, so nothing is left
 * to do at inference.
 *
 * <p>Derivation: given the mask, yᵢ = xᵢ maskᵢ, so ∂L/∂xᵢ = dyᵢ maskᵢ.
 *
 * <p>The mask is a pure function of the key: forward computes the same one whenever it runs again.
 *
 * @param rate 0 ≤ rate &lt; 1, the fraction of elements that are dropped
 * @param key the random stream of this layer in this step
 * @param mask holds the mask after forward
 */
public record Dropout(Tensor x, double rate, long key, Tensor mask) implements Op {
    public Dropout {
        requireRate(rate);
        if (mask.elements() != x.elements()) {
            throw new ShapeException("dropout: the mask " + mask + " must have one element for each of " + x);
        }
    }

    /** With a buffer for the mask from the innermost scope. */
    public static Dropout of(Backend backend, Tensor x, double rate, long key) {
        Buffer mask = backend.allocate(x.elements(), "dropout mask");
        return new Dropout(x, rate, key, Tensor.constant("dropout mask", x.shape(), mask));
    }

    /** @throws IllegalArgumentException unless 0 ≤ rate &lt; 1 */
    public static void requireRate(double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException(
                    "dropout: rate " + rate + " must be at least 0 and below 1: the fraction of units to drop");
        }
    }

    @Override
    public String name() {
        return "dropout";
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
        return "dx += dy ⊙ mask";
    }

    @Override
    public void forward(Backend backend, Tensor y) {
        backend.dropoutMask(key, rate, mask);
        backend.multiply(x, mask, y);
    }

    @Override
    public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
        into.add(x, dx -> backend.multiply(dy, mask, dx));
    }
}

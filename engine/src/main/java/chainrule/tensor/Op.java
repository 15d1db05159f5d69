package chainrule.tensor;

import chainrule.backend.Backend;

import java.util.List;

/**
 * One operation on tensors: its value, the formula of its derivative, and its backward pass. An op is a record of its
 * operands and constants; its constructor checks their shapes. Batch norm and dropout also hold tensors that {@link
 * #forward} fills and {@link #backward} reads.
 *
 * <p>With L the loss, dy stands for ∂L/∂y. The backward of y = f(a, b) is the chain rule: each entry of a gets {@code
 * da[i] += Σ_k(dy[k] * ∂y[k]/∂a[i])}, where k runs over all entries of y, and so does each operand.
 */
public interface Op {
    /** What the tape calls it: "matmul", "relu". */
    String name();

    /** The tensors it reads, in the order people write them. */
    List<Tensor> inputs();

    /** The shape of its result. */
    Shape shape();

    /**
     * The formula {@link #backward} computes, "dA += dY·Bᵀ    dB += Aᵀ·dY": one assignment per operand, separated by
     * four spaces. · is the matrix product, ⊙ and / are elementwise, and a scalar factor is written next
     * to its operand or joined by *. Tensors read as matrices of {@link Tensor#rows()} × {@link Tensor#cols()};
     * Σ_rows adds up the rows of one, Σ_cols its columns, Σ_i,j(…) scalars over the indices i and j; [condition] is 1
     * where it holds and 0 elsewhere. Tests execute the formula and compare it with backward.
     */
    String derivative();

    /** Computes y, whose contents are undefined before. */
    void forward(Backend backend, Tensor y);

    /** {@linkplain Gradients#add Adds} this op's contribution to the gradient of each operand. */
    void backward(Backend backend, Tensor y, Tensor dy, Gradients into);
}

package chainrule.tensor;

import chainrule.backend.Backend;

import java.util.List;

/**
 * One operation on tensors: its value, the formula of its derivative, and the code of that derivative, together on one
 * screen. An op is a record of its operands; its constructor checks their shapes.
 *
 * <p>With L the loss, dy stands for ∂L/∂y. The backward of y = f(a, b) is the chain rule: dA += dy · ∂y/∂a, and so for
 * every operand. It accumulates because a tensor used twice gets two contributions.
 */
public interface Op {
    /** What the tape calls it: "matmul", "relu". */
    String name();

    /** The tensors it reads, in the order people write them. */
    List<Tensor> inputs();

    /** The shape of its result. */
    Shape shape();

    /** The formula {@link #backward} computes, in the field's notation: "dA += dY·Bᵀ    dB += Aᵀ·dY". */
    String derivative();

    /** Computes y, whose contents are undefined before. */
    void forward(Backend k, Tensor y);

    /**
     * Adds this op's contribution to the gradient of each operand that {@linkplain Gradients#wants wants} one, at the
     * place {@link Gradients#target} names.
     */
    void backward(Backend k, Tensor y, Tensor dy, Gradients into);
}

/**
 * Tensors, the tape and its gradients: the whole of reverse-mode differentiation. Begin with {@link chainrule.tensor.Op}
 * and {@link chainrule.tensor.Tape}.
 */
package chainrule.tensor;

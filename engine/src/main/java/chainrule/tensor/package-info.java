/**
 * Tensors, the tape and its gradients: the whole of reverse-mode differentiation. Begin here, with
 * {@link chainrule.tensor.Op} and {@link chainrule.tensor.Tape}; then read {@link chainrule.op}.
 */
package chainrule.tensor;

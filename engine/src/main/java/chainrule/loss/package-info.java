/**
 * The losses, each an op with its derivative, and {@link chainrule.loss.Loss}, which names them.
 */
package chainrule.loss;

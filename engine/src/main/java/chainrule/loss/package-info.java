/**
 * The losses, each an op with its derivative, and {@link chainrule.loss.Loss}, which names them. Read next: {@link
 * chainrule.backend}.
 */
package chainrule.loss;

/**
 * Ways to look inside: gradients per layer, the gradient check, the printed tape, and where a number stopped being one.
 */
package chainrule.probe;

/**
 * Diagnostics: gradients per layer, the gradient check, a printable tape, and the origin of NaN and infinite values.
 */
package chainrule.probe;

/**
 * The training loop and what listens to it.
 */
package chainrule.train;

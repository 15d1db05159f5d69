/**
 * The training loop, its listeners, and checkpoints.
 */
package chainrule.train;

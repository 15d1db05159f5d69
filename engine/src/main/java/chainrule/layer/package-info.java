/**
 * Layers: immutable descriptions of what a net is made of, and {@link chainrule.layer.Sequential}, a built net with its
 * parameters. Read next: {@link chainrule.optimizer} and {@link chainrule.train}.
 */
package chainrule.layer;

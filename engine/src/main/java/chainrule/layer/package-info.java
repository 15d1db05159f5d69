/**
 * Layers: immutable descriptions of what a net is made of, and {@link chainrule.layer.Sequential}, a built net with its
 * parameters.
 */
package chainrule.layer;

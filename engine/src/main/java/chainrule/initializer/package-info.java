/**
 * Initial values of parameters. The scale of the weights determines whether signals grow or shrink from layer to layer.
 */
package chainrule.initializer;

/**
 * What weights begin with. Their scale decides whether signals grow or shrink from layer to layer.
 */
package chainrule.initializer;

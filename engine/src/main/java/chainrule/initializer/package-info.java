/**
 * What weights begin with, so that signals neither grow nor shrink from layer to layer.
 */
package chainrule.initializer;

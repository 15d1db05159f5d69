/**
 * Optimizers: each turns gradients into updates of the parameters.
 */
package chainrule.optimizer;

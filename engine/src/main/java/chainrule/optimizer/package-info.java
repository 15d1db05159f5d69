/**
 * What turns gradients into steps.
 */
package chainrule.optimizer;

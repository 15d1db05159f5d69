/**
 * One file per operation: its value, the formula of its derivative and the code of that derivative on one screen. The
 * losses, which are ops too, stand in {@link chainrule.loss}.
 */
package chainrule.op;

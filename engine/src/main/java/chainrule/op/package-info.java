/**
 * One file per operation: the formulas of its value and of its derivative, which tests execute, and the primitives of
 * the {@linkplain chainrule.backend.Backend backend} that compute them. The losses, which are ops too, are in {@link
 * chainrule.loss}.
 */
package chainrule.op;

/**
 * One file per operation: the formulas of its value and of its derivative, which tests execute, and the primitives of
 * the {@linkplain chainrule.backend.Backend backend} that compute them. Read {@link chainrule.op.Affine} and
 * {@link chainrule.op.Apply} first, then {@link chainrule.loss}, the losses, which are ops too.
 */
package chainrule.op;

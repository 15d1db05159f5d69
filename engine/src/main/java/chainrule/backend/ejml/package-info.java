/**
 * The portable backend: the contract in float32 for any CPU, as plain loops, threads, and matrix products by EJML. Not part
 * of the reading; {@link chainrule.backend.reference} holds the same loops as the formulas read.
 */
package chainrule.backend.ejml;

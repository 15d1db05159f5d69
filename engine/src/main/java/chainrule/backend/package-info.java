/**
 * The hardware contract, {@link chainrule.backend.Backend}, its families of primitives, and what all devices have in
 * common: matrices that know their shape, memory in scopes, the table of elementwise functions, counter-based random numbers.
 * It does not depend on tensors or tapes. {@link chainrule.backend.reference} has the loops of the primitives; {@link
 * chainrule.backend.ejml}, {@link chainrule.backend.provider} and {@link chainrule.backend.check} are not needed to understand
 * the engine.
 */
package chainrule.backend;

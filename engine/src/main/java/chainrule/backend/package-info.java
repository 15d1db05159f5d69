/**
 * The hardware contract, {@link chainrule.backend.Backend}, and what every device shares: memory in scopes, the table of
 * elementwise functions, counter-based random numbers. Knows nothing of tensors or tapes.
 */
package chainrule.backend;

/**
 * The catalogue of primitives with operands and roles, and what is derived from it: the self-test of a backend. {@link
 * chainrule.backend.check.ObservedBackend} shows each call of a primitive to a tool.
 */
package chainrule.backend.check;

/**
 * The contract as naive float64 loops: the specification that all other backends are tested against. Read next:
 * {@link chainrule.layer}.
 */
package chainrule.backend.reference;

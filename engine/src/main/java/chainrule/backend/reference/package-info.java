/**
 * The contract as naive float64 loops: the specification that all other backends are tested against.
 */
package chainrule.backend.reference;

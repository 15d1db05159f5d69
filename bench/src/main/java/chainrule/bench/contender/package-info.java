/**
 * Programs that train the same net, each in its own process, and the protocol by which they are measured: see {@link
 * chainrule.bench.contender.Contender}.
 */
package chainrule.bench.contender;

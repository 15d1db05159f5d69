/** Other libraries that {@code ./run versus} measures: the peers in bench/peers, and the command that installs them. */
package chainrule.bench.peer;

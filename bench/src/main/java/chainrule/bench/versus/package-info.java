/** The command {@code ./run versus}: who is faster at which size, by how much, and how sure that is. */
package chainrule.bench.versus;

/** The command {@code ./run bench ab}: two builds, alternating, and a verdict for each row. */
package chainrule.bench.ab;

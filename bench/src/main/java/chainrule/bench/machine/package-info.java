/** The machine that measures: what it is, how busy it is, and whether its speed changes. */
package chainrule.bench.machine;

/**
 * The command {@code ./run bench}: measures the benchmarks of {@link chainrule.bench.path}, renders bars next to the
 * machine's measured peak, and compares with an earlier result.
 */
package chainrule.bench;

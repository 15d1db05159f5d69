/**
 * JMH benchmarks, one class per family of hot paths. Each class has the parameters {@code backend}, {@code threads} and
 * {@code shape} and returns the work of one call, which turns times into GFLOP/s or GB/s. {@link
 * chainrule.bench.path.PeakProcess} measures what the machine or a device allows.
 */
package chainrule.bench.path;

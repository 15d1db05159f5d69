/**
 * JMH benchmarks, one class per family of hot paths. Every class has the parameters {@code backend}, {@code threads} and
 * {@code shape}, and knows the work of one call, so that times turn into GFLOP/s or GB/s.
 */
package chainrule.bench.path;

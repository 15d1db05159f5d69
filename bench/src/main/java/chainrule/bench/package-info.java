/**
 * The benchmarks. This module is for JMH programs that time every hot path, backend against backend,
 * and whole training steps. It sees all other modules and none sees it. The module holds no benchmark
 * yet.
 */
package chainrule.bench;

/**
 * The fast backends. This module is for implementations of the engine's backend contract that trade
 * plain reading for speed: one on the JDK's Vector API for the CPU, one on CUDA for the GPU. The
 * engine finds them by {@link java.util.ServiceLoader} and never depends on them; the contract tests
 * they must pass are the engine's own.
 */
package chainrule.kernels;

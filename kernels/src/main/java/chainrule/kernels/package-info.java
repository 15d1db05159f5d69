/**
 * The fast backends. This module implements the engine's backend contract where speed matters more than
 * readability: one backend on the JDK's Vector API for the CPU, one on CUDA for the GPU. The engine finds
 * them with {@link java.util.ServiceLoader} and never depends on them; they must pass the contract tests of
 * the engine.
 */
package chainrule.kernels;

/**
 * The emulated CUDA device: stand-ins for {@code libcuda.so.1} and {@code libcublas.so.12} that run the compiler's
 * PTX on the CPU, so that the CUDA backend can be tested, checked and learned from without a GPU. Their C++ is in
 * {@code kernels/emulator}; this package builds and loads it.
 */
package chainrule.cuda.emulator;

/**
 * The contract on NVIDIA GPUs, in float32: hand-written kernels, in {@code src/main/cuda} and committed as PTX, and
 * cuBLAS for matrix products. All of CUDA is behind {@link chainrule.cuda.CudaBinding}, which JCuda implements.
 */
package chainrule.cuda;

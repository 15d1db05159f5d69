/**
 * The contract on NVIDIA GPUs, in float32: hand-written kernels, which stand in {@code src/main/cuda} and are committed as
 * PTX, and cuBLAS for matrix products. All of CUDA is behind {@link chainrule.cuda.CudaBinding}, which JCuda implements.
 */
package chainrule.cuda;

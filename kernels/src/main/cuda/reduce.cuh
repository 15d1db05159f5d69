// Sums over a whole block, in a fixed order: the lanes of a warp by halving, then the warps one after the other.
#pragma once
#include "common.cuh"

constexpr unsigned WARP = 32;
constexpr unsigned ALL_LANES = 0xffffffffu;

template <class T> INLINE T warpSum(T v) {
    for (unsigned half = WARP / 2; half > 0; half /= 2) {
        v += __shfl_xor_sync(ALL_LANES, v, half);
    }
    return v;
}

INLINE float warpMax(float v) {
    for (unsigned half = WARP / 2; half > 0; half /= 2) {
        v = fmaxf(v, __shfl_xor_sync(ALL_LANES, v, half));
    }
    return v;
}

/**
 * The sum over all threads of the block, known to each of them. All threads must call it; the number of threads is a
 * multiple of 32, at most 256. `shared` must not be in use; it is free again after the next barrier.
 */
template <class T> INLINE T blockSum(T v, T (&shared)[BLOCK / WARP]) {
    v = warpSum(v);
    if (threadIdx.x % WARP == 0) {
        shared[threadIdx.x / WARP] = v;
    }
    __syncthreads();
    v = 0;
    for (unsigned warp = 0; warp < blockDim.x / WARP; warp++) {
        v += shared[warp];
    }
    return v;
}

/** As blockSum, but the maximum; NaNs are skipped. */
INLINE float blockMax(float v, float (&shared)[BLOCK / WARP]) {
    v = warpMax(v);
    if (threadIdx.x % WARP == 0) {
        shared[threadIdx.x / WARP] = v;
    }
    __syncthreads();
    for (unsigned warp = 0; warp < blockDim.x / WARP; warp++) {
        v = fmaxf(v, shared[warp]);
    }
    return v;
}

/**
 * The end of a sum over many blocks: with one block the result is factor · sum, with more each leaves its sum in
 * `partial`, for sum_finish to add up.
 */
INLINE void leave(double sum, double factor, double* partial, float* result) {
    if (threadIdx.x == 0) {
        if (gridDim.x == 1) {
            *result = static_cast<float>(factor * sum);
        } else {
            partial[blockIdx.x] = sum;
        }
    }
}

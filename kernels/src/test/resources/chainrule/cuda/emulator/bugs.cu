// Kernels that are wrong on purpose: the emulated device must report each, with its name and the line marked here.

/// y = n without a bound: the last threads write past the end.
extern "C" __global__ void out_of_bounds(float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    y[i] = n;  // BUG
}

/// Right, unless y has been freed or is a host pointer.
extern "C" __global__ void fill(float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = n;  // BUG when y is not device memory
}

/// Threads from n on leave before the barrier.
extern "C" __global__ void divergent_barrier(float* y, int n) {
    int i = threadIdx.x;
    if (i >= n) return;
    y[i] = n;
    __syncthreads();  // BUG
    y[i] += y[n - 1 - i];
}

/// Only half a warp comes to a shuffle that waits for all of it.
extern "C" __global__ void partial_mask(float* y) {
    float v = threadIdx.x;
    if (threadIdx.x < 16) {
        v += __shfl_down_sync(0xffffffffu, v, 8);  // BUG
    }
    y[threadIdx.x] = v;
}

/// Each thread reads what its left neighbor has written, with no barrier between.
extern "C" __global__ void missing_barrier(const float* x, float* y) {
    __shared__ float s[64];
    s[threadIdx.x] = x[threadIdx.x];
    y[threadIdx.x] = s[(threadIdx.x + 63) % 64];  // BUG
}

/// The second barrier of a reduction is missing: s is written again while others still read it.
extern "C" __global__ void missing_second_barrier(const float* x, float* y) {
    __shared__ float s[64];
    s[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    float sum = s[threadIdx.x] + s[63 - threadIdx.x];
    s[threadIdx.x] = sum;  // BUG
    __syncthreads();
    y[threadIdx.x] = s[0];
}

/// A sum that should be atomic.
extern "C" __global__ void lost_update(float* sum) {
    *sum += 1;  // BUG
}

/// Adds to memory that has not been set to zero.
extern "C" __global__ void uninitialized(float* y, int n) {
    int i = threadIdx.x;
    if (i < n) y[i] += 1;  // BUG
}

/// Reads shared memory that has not been written.
extern "C" __global__ void uninitialized_shared(float* y) {
    __shared__ float s[32];
    if (threadIdx.x != 5) s[threadIdx.x] = 1;
    __syncthreads();
    y[threadIdx.x] = s[threadIdx.x];  // BUG
}

/// One element past a shared array.
extern "C" __global__ void shared_out_of_bounds(float* y) {
    __shared__ float s[32];
    s[threadIdx.x] = 1;
    __syncthreads();
    y[threadIdx.x] = s[threadIdx.x + 1];  // BUG
}

/// Two floats at an odd address.
extern "C" __global__ void misaligned(const float* x, float* y) {
    float2 pair = *reinterpret_cast<const float2*>(x + 1);  // BUG
    y[0] = pair.x + pair.y;
}

// Small right kernels, each for something the emulated device has to do as a GPU does.

__constant__ float weights[4] = {1, 2, 3, 4};

extern "C" __global__ void saxpy(int n, float a, const float* __restrict__ x, float* __restrict__ y) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = a * x[i] + y[i];
}

/// The functions of the C library, one for each value of `function`.
extern "C" __global__ void apply(int function, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    float v = x[i];
    switch (function) {
        case 0: y[i] = expf(v); break;
        case 1: y[i] = logf(fabsf(v)); break;
        case 2: y[i] = sinf(v); break;
        case 3: y[i] = tanhf(v); break;
        case 4: y[i] = erff(v); break;
        case 5: y[i] = powf(fabsf(v), 1.7f); break;
        case 6: y[i] = expm1f(v); break;
        case 7: y[i] = log1pf(fabsf(v)); break;
        case 8: y[i] = rintf(v) + floorf(v) + ceilf(v) + truncf(v); break;
        case 9: y[i] = rsqrtf(fabsf(v) + 1); break;
        case 10: y[i] = fmodf(v, 1.5f); break;
        case 11: y[i] = weights[i & 3] * v; break;
    }
}

/// Shared memory and a barrier.
extern "C" __global__ void transpose(const float* in, float* out, int rows, int columns) {
    __shared__ float tile[32][33];
    int x = blockIdx.x * 32 + threadIdx.x;
    int y = blockIdx.y * 32 + threadIdx.y;
    for (int j = 0; j < 32; j += 8) {
        if (x < columns && y + j < rows) tile[threadIdx.y + j][threadIdx.x] = in[(y + j) * columns + x];
    }
    __syncthreads();
    x = blockIdx.y * 32 + threadIdx.x;
    y = blockIdx.x * 32 + threadIdx.y;
    for (int j = 0; j < 32; j += 8) {
        if (x < rows && y + j < columns) out[(y + j) * rows + x] = tile[threadIdx.x][threadIdx.y + j];
    }
}

/// The same without the padding: 32 threads hit one bank.
extern "C" __global__ void transpose_conflicts(const float* in, float* out, int size) {
    __shared__ float tile[32][32];
    int x = blockIdx.x * 32 + threadIdx.x;
    int y = blockIdx.y * 32 + threadIdx.y;
    tile[threadIdx.y][threadIdx.x] = in[y * size + x];
    __syncthreads();
    out[(blockIdx.x * 32 + threadIdx.y) * size + blockIdx.y * 32 + threadIdx.x] = tile[threadIdx.x][threadIdx.y];
}

/// Dynamic shared memory, shuffles and three barriers; one block a row.
extern "C" __global__ void softmax(const float* __restrict__ x, float* __restrict__ y, int columns) {
    extern __shared__ float partial[];
    const float* in = x + blockIdx.x * columns;
    float* out = y + blockIdx.x * columns;
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32, warps = blockDim.x / 32;
    float greatest = -INFINITY;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) greatest = fmaxf(greatest, in[i]);
    for (int o = 16; o > 0; o /= 2) greatest = fmaxf(greatest, __shfl_xor_sync(0xffffffffu, greatest, o));
    if (lane == 0) partial[warp] = greatest;
    __syncthreads();
    for (int i = 0; i < warps; i++) greatest = fmaxf(greatest, partial[i]);
    __syncthreads();
    float sum = 0;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) sum += expf(in[i] - greatest);
    for (int o = 16; o > 0; o /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, o);
    if (lane == 0) partial[warp] = sum;
    __syncthreads();
    sum = 0;
    for (int i = 0; i < warps; i++) sum += partial[i];
    for (int i = threadIdx.x; i < columns; i += blockDim.x) out[i] = expf(in[i] - greatest) / sum;
}

/// Votes and atomics: how many are positive, and the greatest rounded.
extern "C" __global__ void count_positive(const float* x, int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    bool positive = i < n && x[i] > 0;
    unsigned votes = __ballot_sync(0xffffffffu, positive);
    if (threadIdx.x % 32 == 0) atomicAdd(out, __popc(votes));
    if (i < n) atomicMax(out + 1, static_cast<int>(x[i]));
    int all = __syncthreads_count(positive);
    if (threadIdx.x == 0) atomicAdd(out + 2, all);
}

/// Sum over blocks in a fixed order: the last block to finish adds up what all have written.
extern "C" __global__ void sum_last_block(const float* x, float* partial, unsigned* done, float* sum, int n) {
    __shared__ float s[64];
    __shared__ bool last;
    int i = blockIdx.x * 64 + threadIdx.x;
    s[threadIdx.x] = i < n ? x[i] : 0;
    __syncthreads();
    for (int half = 32; half > 0; half /= 2) {
        if (threadIdx.x < half) s[threadIdx.x] += s[threadIdx.x + half];
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        partial[blockIdx.x] = s[0];
        __threadfence();
        last = atomicAdd(done, 1u) == gridDim.x - 1;
    }
    __syncthreads();
    if (last && threadIdx.x == 0) {
        float total = 0;
        for (int b = 0; b < gridDim.x; b++) total += partial[b];
        *sum = total;
    }
}

struct Window {
    int height, width, kernel, stride;
};

/// A struct by value, 64-bit division, four floats at a time.
extern "C" __global__ void window_sum(const float4* x, float4* y, Window w, long long n) {
    long long i = blockIdx.x * static_cast<long long>(blockDim.x) + threadIdx.x;
    if (i >= n) return;
    int width = (w.width - w.kernel) / w.stride + 1;
    long long row = i / width * w.stride, column = i % width * w.stride;
    float4 sum = make_float4(0, 0, 0, 0);
    for (int r = 0; r < w.kernel; r++) {
        for (int c = 0; c < w.kernel; c++) {
            float4 v = x[(row + r) * w.width + column + c];
            sum = make_float4(sum.x + v.x, sum.y + v.y, sum.z + v.z, sum.w + v.w);
        }
    }
    y[i] = sum;
}

/// Every second thread takes the other way: half of the warps' branches diverge, and 8 bytes apart is not coalesced.
extern "C" __global__ void strided(const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    if (threadIdx.x & 1) {
        y[i] = x[2 * i] * 2;
    } else {
        for (int k = 0; k < 3; k++) y[i] = x[2 * i] + k;
    }
}

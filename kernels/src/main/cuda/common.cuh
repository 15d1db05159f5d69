// Shared by all kernels.
//
// Every buffer starts at a multiple of 16 bytes (cuMemAlloc gives 256), so four neighboring floats can be read and
// written as one. Blocks have BLOCK threads unless a kernel says otherwise. Device functions are inlined, because a
// call costs more than most of them do.
#pragma once

#define KERNEL extern "C" __global__ void __launch_bounds__(256)
// Four blocks per multiprocessor are enough: without this the compiler aims at more and spills registers for it.
#define KERNEL_WITH_REGISTERS extern "C" __global__ void __launch_bounds__(256, 4)
#define INLINE __device__ __forceinline__

constexpr unsigned BLOCK = 256;

INLINE unsigned threadIndex() {
    return blockIdx.x * blockDim.x + threadIdx.x;
}

/** The number of neighboring floats that one thread handles, known to the compiler. */
template <int N> struct Width {
    static constexpr int size = N;
};

/** N floats in registers. */
template <int N> struct Pack {
    float v[N];
    INLINE float& operator[](int k) { return v[k]; }
    INLINE float operator[](int k) const { return v[k]; }
};

INLINE Pack<1> load(Width<1>, const float* p, size_t i) {
    return {p[i]};
}

INLINE Pack<4> load(Width<4>, const float* p, size_t i) {
    float4 q = *reinterpret_cast<const float4*>(p + i);
    return {q.x, q.y, q.z, q.w};
}

INLINE void store(Width<1>, float* p, size_t i, Pack<1> x) {
    p[i] = x[0];
}

INLINE void store(Width<4>, float* p, size_t i, Pack<4> x) {
    *reinterpret_cast<float4*>(p + i) = make_float4(x[0], x[1], x[2], x[3]);
}

/**
 * An elementwise loop: calls body(width, i) for the elements i … i + width − 1 that belong to this thread. The first n/4
 * threads take four each, the next n mod 4 take one of the rest, so n/4 + n mod 4 threads are needed.
 */
template <class Body> INLINE void elementwise(unsigned n, Body body) {
    unsigned i = threadIndex();
    unsigned whole = n / 4;
    if (i < whole) {
        body(Width<4>(), 4 * i);
    } else if (i - whole < n % 4) {
        body(Width<1>(), 3 * whole + i);
    }
}

template <class W, class F, class... P> INLINE void zipPack(W width, float* y, unsigned i, F f, P... x) {
    Pack<W::size> result;
    for (int k = 0; k < W::size; k++) {
        result[k] = f(x[k]...);
    }
    store(width, y, i, result);
}

/** y[i] = f(x₁[i], x₂[i], …) for i < n, as an elementwise loop; y may be any of the x. */
template <class F, class... In> INLINE void zip(unsigned n, float* y, F f, const In*... x) {
    elementwise(n, [=](auto width, unsigned i) { zipPack(width, y, i, f, load(width, x, i)...); });
}

// Losses that are sums over all elements, and their gradients. Sums are kept in double.
//
//   binary_cross_entropy   L = (1/n) Σ (max(z, 0) − z·t + log(1 + e^−|z|))   reads 2n floats, writes 1
//     its gradient         dz += dL/n · (σ(z) − t)                           reads 3n + 1, writes n
//   squared_error          L = factor · Σ (x − t)²                           reads 2n, writes 1
//     its gradient         dx += dL · 2·factor · (x − t)                     reads 3n + 1, writes n
//
// Sums: any number of blocks of 256, each thread strides over the whole; 16 bytes more for every block after the first.
// Gradients: n/4 + n mod 4 threads in blocks of 256.
#include "reduce.cuh"

/** Adds term(i) over the elements i of this thread: four neighbors at a time, then the rest. */
template <class Term> INLINE double strided(unsigned n, Term term) {
    double sum = 0;
    unsigned threads = gridDim.x * blockDim.x;
    for (unsigned i = threadIndex(); i < n / 4; i += threads) {
        sum += term(Width<4>(), 4 * i);
    }
    unsigned rest = n - n % 4 + threadIndex();
    if (rest < n) {
        sum += term(Width<1>(), rest);
    }
    return sum;
}

KERNEL binary_cross_entropy(
        unsigned n, double factor, const float* logits, const float* target, double* partial, float* loss) {
    __shared__ double shared[BLOCK / WARP];
    double sum = strided(n, [=](auto width, unsigned i) {
        auto z = load(width, logits, i);
        auto t = load(width, target, i);
        double sum = 0;
        for (int k = 0; k < width.size; k++) {
            // A comparison, not fmaxf, which would turn NaN into 0.
            sum += (z[k] < 0 ? 0 : z[k]) - z[k] * t[k] + log1pf(expf(-fabsf(z[k])));
        }
        return sum;
    });
    leave(blockSum(sum, shared), factor, partial, loss);
}

KERNEL squared_error(
        unsigned n, double factor, const float* x_, const float* target, double* partial, float* loss) {
    __shared__ double shared[BLOCK / WARP];
    double sum = strided(n, [=](auto width, unsigned i) {
        auto x = load(width, x_, i);
        auto t = load(width, target, i);
        double sum = 0;
        for (int k = 0; k < width.size; k++) {
            double error = static_cast<double>(x[k]) - t[k];
            sum += error * error;
        }
        return sum;
    });
    leave(blockSum(sum, shared), factor, partial, loss);
}

/** result = factor · Σ partial. One block of 256 threads. */
KERNEL sum_finish(unsigned n, double factor, const double* partial, float* result) {
    __shared__ double shared[BLOCK / WARP];
    double sum = 0;
    for (unsigned i = threadIdx.x; i < n; i += BLOCK) {
        sum += partial[i];
    }
    sum = blockSum(sum, shared);
    if (threadIdx.x == 0) {
        *result = static_cast<float>(factor * sum);
    }
}

KERNEL binary_cross_entropy_gradient(
        unsigned n, const float* logits, const float* target, const float* dloss, float* dlogits) {
    float factor = *dloss / n;
    zip(
            n,
            dlogits,
            [=](float z, float t, float d) { return d + factor * (1 / (1 + expf(-z)) - t); },
            logits,
            target,
            dlogits);
}

KERNEL squared_error_gradient(
        unsigned n, double factor, const float* x, const float* target, const float* dloss, float* dx) {
    float twice = static_cast<float>(*dloss * 2 * factor);
    zip(n, dx, [=](float p, float t, float d) { return d + twice * (p - t); }, x, target, dx);
}

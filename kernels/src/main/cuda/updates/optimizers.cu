// Optimizer updates, one step for one parameter.
//
//   sgd            w −= η(g + λw)                                         reads 2n, writes n floats
//   with momentum  v = μv + g + λw; w −= ηv, or η(g + λw + μv) (Nesterov) reads 3n, writes 2n
//   adam           m = β₁m + (1−β₁)g; s = β₂s + (1−β₂)g²;                 reads 4n, writes 3n
//                  w −= ηλw; w −= η m̂/(√ŝ + ε)
//
// Launch: n/4 + n mod 4 threads in blocks of 256.
#include "common.cuh"

KERNEL sgd(unsigned n, float rate, float decay, float* w_, const float* g_) {
    zip(n, w_, [=](float w, float g) { return w - rate * (g + decay * w); }, w_, g_);
}

KERNEL sgd_momentum(unsigned n, float rate, float decay, float momentum, float* w_, const float* g_, float* v_) {
    elementwise(n, [=](auto width, unsigned i) {
        auto w = load(width, w_, i);
        auto g = load(width, g_, i);
        auto v = load(width, v_, i);
        for (int k = 0; k < width.size; k++) {
            v[k] = momentum * v[k] + (g[k] + decay * w[k]);
            w[k] -= rate * v[k];
        }
        store(width, v_, i, v);
        store(width, w_, i, w);
    });
}

KERNEL sgd_nesterov(unsigned n, float rate, float decay, float momentum, float* w_, const float* g_, float* v_) {
    elementwise(n, [=](auto width, unsigned i) {
        auto w = load(width, w_, i);
        auto g = load(width, g_, i);
        auto v = load(width, v_, i);
        for (int k = 0; k < width.size; k++) {
            float gradient = g[k] + decay * w[k];
            v[k] = momentum * v[k] + gradient;
            w[k] -= rate * (gradient + momentum * v[k]);
        }
        store(width, v_, i, v);
        store(width, w_, i, w);
    });
}

/**
 * The caller computes the bias corrections: rate is η/(1 − β₁ᵗ), unbias is 1/√(1 − β₂ᵗ), shrink is ηλ, and new1, new2 are 1
 * − β₁, 1 − β₂ rounded once.
 */
KERNEL adam(
        unsigned n,
        float rate,
        float shrink,
        float beta1,
        float new1,
        float beta2,
        float new2,
        float unbias,
        float epsilon,
        float* w_,
        const float* g_,
        float* m_,
        float* s_) {
    elementwise(n, [=](auto width, unsigned i) {
        auto w = load(width, w_, i);
        auto g = load(width, g_, i);
        auto m = load(width, m_, i);
        auto s = load(width, s_, i);
        for (int k = 0; k < width.size; k++) {
            m[k] = beta1 * m[k] + new1 * g[k];
            s[k] = beta2 * s[k] + new2 * g[k] * g[k];
            w[k] -= shrink * w[k];
            w[k] -= rate * m[k] / (sqrtf(s[k]) * unbias + epsilon);
        }
        store(width, m_, i, m);
        store(width, s_, i, s);
        store(width, w_, i, w);
    });
}

// Elementwise functions, their gradients, and arithmetic.
//
//   y = f(x)              reads n, writes n floats
//   dx += dy · f′(x)      reads 3n, writes n: f′ is a function of x or of y, whichever is simpler, and reads only that
//   z = x + y, z = x · y  reads 2n, writes n
//   y += αx, z += x · y   reads 2n or 3n, writes n
//   x = αx, x clamped     reads n, writes n
//
// Launch: n/4 + n mod 4 threads in blocks of 256. A thread moves 16 bytes at a time, so that a warp's access is 512
// neighboring bytes. A result may be an operand: a thread reads all it needs before it writes.
#include "common.cuh"

// The table of chainrule.backend.Elementwise: f(x), and f′ of x or of y = f(x). Comparisons are written so that NaN
// stays NaN: fmaxf(NaN, 0) would be 0.

/** The gradient of most functions: a product, so that NaN and infinity in either factor stay visible. */
struct Smooth {
    template <class F> static INLINE float gradient(float p, float g, float a) { return g * F::derivative(p, a); }
};

/** Its gradient is a choice: nothing passes where x <= 0, not even NaN. */
struct Relu {
    static INLINE float value(float x, float) { return x <= 0 ? 0 : x; }
    template <class> static INLINE float gradient(float x, float g, float) { return x <= 0 ? 0 : g; }
};

struct LeakyRelu : Smooth {
    static INLINE float value(float x, float a) { return x > 0 ? x : a * x; }
    static INLINE float derivative(float x, float a) { return x > 0 ? 1 : a; }
};

struct Tanh : Smooth {
    static INLINE float value(float x, float) { return tanhf(x); }
    static INLINE float derivative(float y, float) { return 1 - y * y; }
};

struct Sigmoid : Smooth {
    static INLINE float value(float x, float) { return 1 / (1 + expf(-x)); }
    static INLINE float derivative(float y, float) { return y * (1 - y); }
};

struct Lecun : Smooth {
    static INLINE float value(float x, float) { return 1.7159f * tanhf(2.f / 3 * x) + 0.01f * x; }
    static INLINE float derivative(float x, float) {
        float t = tanhf(2.f / 3 * x);
        return 1.7159f * 2 / 3 * (1 - t * t) + 0.01f;
    }
};

/** x·Φ(x) and Φ(x) + x·φ(x). Beyond ±14 1 − Φ and φ are 0 in float, and infinity times 0 would be NaN. */
struct Gelu : Smooth {
    static INLINE float below(float x) { return 0.5f * erfcf(-x * 0.70710678f); }
    static INLINE float value(float x, float) {
        x = x < -14 ? -14 : x;
        return x * below(x);
    }
    static INLINE float derivative(float x, float) {
        x = x < -14 ? -14 : x > 14 ? 14 : x;
        return below(x) + x * 0.39894228f * expf(-0.5f * x * x);
    }
};

/** y = f(x). */
template <class F> INLINE void map(unsigned n, float a, const float* x, float* y) {
    zip(n, y, [=](float v) { return F::value(v, a); }, x);
}

/** dx += dy · f′(v), where v is the argument of f′, x or y. */
template <class F> INLINE void mapGradient(unsigned n, float a, const float* v, const float* dy, float* dx) {
    zip(n, dx, [=](float p, float g, float d) { return d + F::template gradient<F>(p, g, a); }, v, dy, dx);
}

KERNEL map_relu(unsigned n, float a, const float* x, float* y) { map<Relu>(n, a, x, y); }
KERNEL map_leaky_relu(unsigned n, float a, const float* x, float* y) { map<LeakyRelu>(n, a, x, y); }
KERNEL map_tanh(unsigned n, float a, const float* x, float* y) { map<Tanh>(n, a, x, y); }
KERNEL map_sigmoid(unsigned n, float a, const float* x, float* y) { map<Sigmoid>(n, a, x, y); }
KERNEL map_lecun(unsigned n, float a, const float* x, float* y) { map<Lecun>(n, a, x, y); }
KERNEL map_gelu(unsigned n, float a, const float* x, float* y) { map<Gelu>(n, a, x, y); }

KERNEL map_gradient_relu(unsigned n, float a, const float* x, const float* dy, float* dx) {
    mapGradient<Relu>(n, a, x, dy, dx);
}
KERNEL map_gradient_leaky_relu(unsigned n, float a, const float* x, const float* dy, float* dx) {
    mapGradient<LeakyRelu>(n, a, x, dy, dx);
}
KERNEL map_gradient_tanh(unsigned n, float a, const float* y, const float* dy, float* dx) {
    mapGradient<Tanh>(n, a, y, dy, dx);
}
KERNEL map_gradient_sigmoid(unsigned n, float a, const float* y, const float* dy, float* dx) {
    mapGradient<Sigmoid>(n, a, y, dy, dx);
}
KERNEL map_gradient_lecun(unsigned n, float a, const float* x, const float* dy, float* dx) {
    mapGradient<Lecun>(n, a, x, dy, dx);
}
KERNEL map_gradient_gelu(unsigned n, float a, const float* x, const float* dy, float* dx) {
    mapGradient<Gelu>(n, a, x, dy, dx);
}

/** z = x + y. */
KERNEL add(unsigned n, const float* x, const float* y, float* z) {
    zip(n, z, [](float p, float q) { return p + q; }, x, y);
}

/** y += alpha · x; with alpha = 1 also the gradient of the identity. */
KERNEL axpy(unsigned n, float alpha, const float* x, float* y) {
    zip(n, y, [=](float p, float q) { return q + alpha * p; }, x, y);
}

/** x = alpha · x. */
KERNEL scale(unsigned n, float alpha, float* x) {
    zip(n, x, [=](float p) { return alpha * p; }, x);
}

/** x = x between −limit and limit; NaN, which is neither above nor below, stays. */
KERNEL clamp(unsigned n, float limit, float* x) {
    zip(n, x, [=](float p) { return p > limit ? limit : p < -limit ? -limit : p; }, x);
}

/** z = x · y. */
KERNEL multiply(unsigned n, const float* x, const float* y, float* z) {
    zip(n, z, [](float p, float q) { return p * q; }, x, y);
}

/** z += x · y. */
KERNEL multiply_add(unsigned n, const float* x, const float* y, float* z) {
    zip(n, z, [](float p, float q, float sum) { return sum + p * q; }, x, y, z);
}

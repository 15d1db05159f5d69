// Pooling: one element for every window and channel.
//
//   max_pool       y = the largest tap                                   reads the taps, writes y
//   average_pool   y = the mean of the taps inside the image             reads the taps, writes y
//   …_gradient     dx += dy at the first tap equal to y, or dy / taps    reads dx, dy (and x, y), writes dx
//
// A NaN under a window is its maximum; the first one takes the gradient.
//
// Where windows do not overlap (stride ≥ kernel) every input element is a tap of one window at most, and the bytes to
// move are each array once. There the gradients loop over the windows (…_disjoint). Where windows overlap, two
// would add to one element of dx; so a thread takes an input element and collects from the windows that cover it, in
// order: always the same bits, and no atomic addition.
//
// Launch: one thread for each pixel and four channels (one channel where four do not divide them), blocks of 256.
#include "images.cuh"

KERNEL max_pool(Geometry g, const float* __restrict__ x, float* __restrict__ y) {
    unsigned pixels = g.images * g.outHeight * g.outWidth;
    eachPixel(g, pixels, [&](auto w, unsigned pixel, int channel) {
        Pixel p = outputPixel(g, pixel);
        Range rows = rowsOf(g, p.i), columns = columnsOf(g, p.j);
        Pack<w.size> best;
        for (int k = 0; k < w.size; k++) {
            best[k] = -INFINITY;
        }
        for (int i = rows.from; i < rows.to; i++) {
            for (int j = columns.from; j < columns.to; j++) {
                auto tap = load(w, x, inputAt(g, p.image, i, j) + channel);
                for (int k = 0; k < w.size; k++) {
                    best[k] = tap[k] > best[k] || isnan(tap[k]) ? tap[k] : best[k]; // a NaN, once seen, stays
                }
            }
        }
        store(w, y, static_cast<size_t>(pixel) * g.channels + channel, best);
    });
}

/** True if a tap is the maximum of its window: equal to it, or NaN, which is not equal to anything. */
INLINE bool isMaximum(float tap, float largest) {
    return tap == largest || isnan(tap);
}

/** Writes every tap, changed or not: the channels of a warp differ in their maximal tap and need nearly all of them. */
KERNEL max_pool_gradient_disjoint(
        Geometry g,
        const float* __restrict__ x,
        const float* __restrict__ y,
        const float* __restrict__ dy,
        float* __restrict__ dx) {
    unsigned pixels = g.images * g.outHeight * g.outWidth;
    eachPixel(g, pixels, [&](auto w, unsigned pixel, int channel) {
        Pixel p = outputPixel(g, pixel);
        Range rows = rowsOf(g, p.i), columns = columnsOf(g, p.j);
        size_t out = static_cast<size_t>(pixel) * g.channels + channel;
        auto largest = load(w, y, out);
        auto gradient = load(w, dy, out);
        bool given[w.size] = {};
        for (int i = rows.from; i < rows.to; i++) {
            for (int j = columns.from; j < columns.to; j++) {
                size_t in = inputAt(g, p.image, i, j) + channel;
                auto tap = load(w, x, in);
                auto sum = load(w, dx, in);
                for (int k = 0; k < w.size; k++) {
                    if (!given[k] && isMaximum(tap[k], largest[k])) {
                        sum[k] += gradient[k];
                        given[k] = true;
                    }
                }
                store(w, dx, in, sum);
            }
        }
    });
}

/** True if a tap before (i, j) of the window of output p is its maximum too. */
INLINE bool earlierTap(const Geometry& g, const float* x, Pixel p, int i, int j, int channel, float largest) {
    Range rows = rowsOf(g, p.i), columns = columnsOf(g, p.j);
    for (int r = rows.from; r <= i; r++) {
        for (int c = columns.from; c < (r < i ? columns.to : j); c++) {
            if (isMaximum(x[inputAt(g, p.image, r, c) + channel], largest)) {
                return true;
            }
        }
    }
    return false;
}

KERNEL_WITH_REGISTERS max_pool_gradient(
        Geometry g,
        const float* __restrict__ x,
        const float* __restrict__ y,
        const float* __restrict__ dy,
        float* __restrict__ dx) {
    unsigned pixels = g.images * g.height * g.width;
    eachPixel(g, pixels, [&](auto w, unsigned pixel, int channel) {
        Pixel in = inputPixel(g, pixel);
        Range rows = rowsCovering(g, in.i), columns = columnsCovering(g, in.j);
        size_t at = static_cast<size_t>(pixel) * g.channels + channel;
        auto value = load(w, x, at);
        auto sum = load(w, dx, at);
        for (int i = rows.from; i < rows.to; i++) {
            for (int j = columns.from; j < columns.to; j++) {
                size_t out = outputAt(g, in.image, i, j, g.channels) + channel;
                auto largest = load(w, y, out);
                auto gradient = load(w, dy, out);
                for (int k = 0; k < w.size; k++) {
                    if (isMaximum(value[k], largest[k])
                            && !earlierTap(g, x, {in.image, i, j}, in.i, in.j, channel + k, largest[k])) {
                        sum[k] += gradient[k];
                    }
                }
            }
        }
        store(w, dx, at, sum);
    });
}

/** One over the number of taps inside the image. */
INLINE float share(Range rows, Range columns) {
    return 1.f / ((rows.to - rows.from) * (columns.to - columns.from));
}

KERNEL average_pool(Geometry g, const float* __restrict__ x, float* __restrict__ y) {
    unsigned pixels = g.images * g.outHeight * g.outWidth;
    eachPixel(g, pixels, [&](auto w, unsigned pixel, int channel) {
        Pixel p = outputPixel(g, pixel);
        Range rows = rowsOf(g, p.i), columns = columnsOf(g, p.j);
        Pack<w.size> sum = {};
        for (int i = rows.from; i < rows.to; i++) {
            for (int j = columns.from; j < columns.to; j++) {
                auto tap = load(w, x, inputAt(g, p.image, i, j) + channel);
                for (int k = 0; k < w.size; k++) {
                    sum[k] += tap[k];
                }
            }
        }
        for (int k = 0; k < w.size; k++) {
            sum[k] *= share(rows, columns);
        }
        store(w, y, static_cast<size_t>(pixel) * g.channels + channel, sum);
    });
}

KERNEL average_pool_gradient_disjoint(Geometry g, const float* __restrict__ dy, float* __restrict__ dx) {
    unsigned pixels = g.images * g.outHeight * g.outWidth;
    eachPixel(g, pixels, [&](auto w, unsigned pixel, int channel) {
        Pixel p = outputPixel(g, pixel);
        Range rows = rowsOf(g, p.i), columns = columnsOf(g, p.j);
        auto gradient = load(w, dy, static_cast<size_t>(pixel) * g.channels + channel);
        for (int i = rows.from; i < rows.to; i++) {
            for (int j = columns.from; j < columns.to; j++) {
                size_t in = inputAt(g, p.image, i, j) + channel;
                auto sum = load(w, dx, in);
                for (int k = 0; k < w.size; k++) {
                    sum[k] += gradient[k] * share(rows, columns);
                }
                store(w, dx, in, sum);
            }
        }
    });
}

KERNEL_WITH_REGISTERS average_pool_gradient(Geometry g, const float* __restrict__ dy, float* __restrict__ dx) {
    unsigned pixels = g.images * g.height * g.width;
    eachPixel(g, pixels, [&](auto w, unsigned pixel, int channel) {
        Pixel in = inputPixel(g, pixel);
        Range rows = rowsCovering(g, in.i), columns = columnsCovering(g, in.j);
        size_t at = static_cast<size_t>(pixel) * g.channels + channel;
        auto sum = load(w, dx, at);
        for (int i = rows.from; i < rows.to; i++) {
            for (int j = columns.from; j < columns.to; j++) {
                float part = share(rowsOf(g, i), columnsOf(g, j));
                auto gradient = load(w, dy, outputAt(g, in.image, i, j, g.channels) + channel);
                for (int k = 0; k < w.size; k++) {
                    sum[k] += gradient[k] * part;
                }
            }
        }
        store(w, dx, at, sum);
    });
}

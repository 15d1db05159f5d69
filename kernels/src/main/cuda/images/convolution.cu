// Convolution without a column matrix: the three products of im2col(X), with its elements read from the image as they
// are needed. See product.cuh for the tiles.
//
//   convolution                  Y = im2col(X)·W + 1·bᵀ    pixels × patch times patch × filters
//   convolution_input_gradient   dX += dY·turned(W)        input pixels × taps·filters times taps·filters × channels
//   convolution_weight_gradient  dW += im2col(X)ᵀ·dY       patch × pixels times pixels × filters
//
// Must move X, W and Y once. A tile of M × N reads M/channels pixels again for every tap, mostly from a cache, and
// avoids the column matrix: kernelHeight·kernelWidth times X, written and read.
//
// Each in three tiles: 128 × 64 for many filters, 128 × 32 for few, 32 × 32 for small images. Grid: ⌈rows/M⌉ × ⌈cols/N⌉
// tiles of the result; the weight gradient, whose result is small and whose sum is long, has a third side: `splits` of
// the pixels, each with its own result in `partial` [splits, patch, filters], which convolution_weight_finish adds
// up in order.
#include "images.cuh"
#include "product.cuh"

/** im2col(X): lanes are output pixels, steps are (ki, kj, channel). Neighbors along k are channels of one pixel. */
struct Patches {
    static constexpr bool ALONG_K = true;
    const Geometry& g;
    Divisor byChannels;
    const float* x;

    struct Lane {
        int top, left; // of the window
        int image;     // −1 outside the batch
    };
    struct Step {
        int i, j, channel;
    };

    INLINE Lane lane(unsigned n) const {
        Pixel p = outputPixel(g, n);
        return {
            p.i * g.strideHeight - g.padTop,
            p.j * g.strideWidth - g.padLeft,
            p.image < g.images ? p.image : -1};
    }

    INLINE Step step(unsigned k) const {
        int channel = takeOff(k, byChannels);
        int j = takeOff(k, g.byKernelWidth);
        return {static_cast<int>(k), j, channel};
    }

    INLINE float value(Lane lane, Step step) const {
        int i = lane.top + step.i, j = lane.left + step.j;
        bool in = lane.image >= 0 && i >= 0 && i < g.height && j >= 0 && j < g.width;
        return in ? x[inputAt(g, lane.image, i, j) + step.channel] : 0;
    }
};

/** im2col(X)ᵀ: lanes are (ki, kj, channel), steps are output pixels. Neighboring lanes are channels of one pixel. */
struct PatchesTransposed {
    static constexpr bool ALONG_K = false;
    Patches patches;
    unsigned patch;

    struct Lane {
        Patches::Step step;
        bool inside;
    };
    typedef Patches::Lane Step;

    INLINE Lane lane(unsigned n) const { return {patches.step(n), n < patch}; }
    INLINE Step step(unsigned k) const { return patches.lane(k); }
    INLINE float value(Lane lane, Step step) const { return lane.inside ? patches.value(step, lane.step) : 0; }
};

/** dY as needed by input pixels: lanes are input pixels, steps are (ki, kj, filter). */
struct OutputsOfTaps {
    static constexpr bool ALONG_K = true;
    const Geometry& g;
    Divisor byFilters;
    const float* dy;

    struct Lane {
        int i, j;  // padded: row and column of the window that has the pixel as its first tap, times the stride
        int image; // −1 outside the batch
    };
    struct Step {
        int i, j, filter;
    };

    INLINE Lane lane(unsigned n) const {
        Pixel p = inputPixel(g, n);
        return {p.i + g.padTop, p.j + g.padLeft, p.image < g.images ? p.image : -1};
    }

    INLINE Step step(unsigned k) const {
        int filter = takeOff(k, byFilters);
        int j = takeOff(k, g.byKernelWidth);
        return {static_cast<int>(k), j, filter};
    }

    INLINE float value(Lane lane, Step step) const {
        int i = lane.i - step.i, j = lane.j - step.j;
        if (lane.image < 0 || i < 0 || j < 0) {
            return 0;
        }
        int oi = g.byStrideHeight.quotient(i), oj = g.byStrideWidth.quotient(j);
        bool in = oi * g.strideHeight == i && oj * g.strideWidth == j && oi < g.outHeight && oj < g.outWidth;
        return in ? dy[outputAt(g, lane.image, oi, oj, byFilters.divisor) + step.filter] : 0;
    }
};

/** W [taps, channels, filters] with channels for columns: lanes are channels, steps are (tap, filter). */
struct TurnedWeights {
    static constexpr bool ALONG_K = true;
    Divisor byFilters;
    unsigned channels;
    const float* weight;

    typedef unsigned Lane;
    struct Step {
        unsigned tap, filter;
    };

    INLINE Lane lane(unsigned n) const { return n; }
    INLINE Step step(unsigned k) const {
        unsigned filter = takeOff(k, byFilters);
        return {k, filter};
    }
    INLINE float value(Lane channel, Step s) const {
        return channel < channels ? weight[(s.tap * channels + channel) * byFilters.divisor + s.filter] : 0;
    }
};

#define CONVOLUTION(suffix, T)                                                                                         \
    extern "C" __global__ void __launch_bounds__(T::THREADS) convolution_##suffix(                                     \
            Geometry g,                                                                                                \
            Divisor byChannels,                                                                                        \
            int filters,                                                                                               \
            const float* x,                                                                                            \
            const float* weight,                                                                                       \
            const float* bias,                                                                                         \
            float* y) {                                                                                                \
        unsigned pixels = g.images * g.outHeight * g.outWidth, patch = g.byTaps.divisor * g.channels;                  \
        ColumnsOf weights{weight, static_cast<unsigned>(filters), patch};                                              \
        Into into{y, pixels, static_cast<unsigned>(filters), bias, false};                                             \
        product<T>(Patches{g, byChannels, x}, weights, into, 0, patch);                                                \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(T::THREADS) convolution_input_gradient_##suffix(                      \
            Geometry g, Divisor byFilters, const float* dy, const float* weight, float* dx) {                          \
        unsigned pixels = g.images * g.height * g.width, channels = g.channels;                                        \
        TurnedWeights weights{byFilters, channels, weight};                                                            \
        Into into{dx, pixels, channels, nullptr, true};                                                                \
        product<T>(OutputsOfTaps{g, byFilters, dy}, weights, into, 0, g.byTaps.divisor * byFilters.divisor);           \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(T::THREADS) convolution_weight_gradient_##suffix(                     \
            Geometry g,                                                                                                \
            Divisor byChannels,                                                                                        \
            int filters,                                                                                               \
            int pixelsASplit,                                                                                          \
            const float* x,                                                                                            \
            const float* dy,                                                                                           \
            float* partial,                                                                                            \
            float* dweight) {                                                                                          \
        unsigned pixels = g.images * g.outHeight * g.outWidth, patch = g.byTaps.divisor * g.channels;                  \
        unsigned begin = blockIdx.z * pixelsASplit, cols = filters;                                                    \
        PatchesTransposed patches{{g, byChannels, x}, patch};                                                          \
        float* own = partial + static_cast<size_t>(blockIdx.z) * patch * cols;                                         \
        bool only = gridDim.z == 1;                                                                                    \
        Into into{only ? dweight : own, patch, cols, nullptr, only};                                                   \
        product<T>(patches, ColumnsOf{dy, cols, pixels}, into, begin, min(pixels, begin + pixelsASplit));              \
    }

using Tile128x64 = Tile<128, 64, 8, 8>;
using Tile128x32 = Tile<128, 32, 8, 4>;
using Tile32x32 = Tile<32, 32, 4, 4>;

CONVOLUTION(128x64, Tile128x64)
CONVOLUTION(128x32, Tile128x32)
CONVOLUTION(32x32, Tile32x32)

/** dweight += Σ over the splits, in order. */
KERNEL convolution_weight_finish(unsigned n, unsigned splits, const float* partial, float* dweight) {
    elementwise(n, [=](auto width, unsigned i) {
        auto total = load(width, dweight, i);
        Pack<width.size> sum = {};
        for (unsigned split = 0; split < splits; split++) {
            for (int k = 0; k < width.size; k++) {
                sum[k] += partial[static_cast<size_t>(split) * n + i + k];
            }
        }
        for (int k = 0; k < width.size; k++) {
            total[k] += sum[k];
        }
        store(width, dweight, i, total);
    });
}

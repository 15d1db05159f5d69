// Windows over a batch of NHWC images, shared by pooling, im2col and convolution; see chainrule.backend.Window.
#pragma once
#include "common.cuh"

/**
 * Division by a divisor known before a launch, as one multiplication: n/d = n·m / 2^shift with m = ⌈2^shift/d⌉, 2^shift
 * = 2³¹·2^⌈log₂d⌉. Exact for n < 2³¹ (Granlund & Montgomery 1994). A GPU has no instruction for n/d: it
 * becomes a sequence of instructions.
 */
struct Divisor {
    unsigned divisor, multiplier, shift;

    INLINE unsigned quotient(unsigned n) const {
        return static_cast<unsigned>(static_cast<unsigned long long>(n) * multiplier >> shift);
    }
};

/** Replaces n by n/d and returns n mod d. */
INLINE unsigned takeOff(unsigned& n, Divisor d) {
    unsigned q = d.quotient(n);
    unsigned rest = n - q * d.divisor;
    n = q;
    return rest;
}

/** A window, field by field as in chainrule.cuda.Geometry. */
struct Geometry {
    int height, width, channels;
    int kernelHeight, kernelWidth;
    int strideHeight, strideWidth;
    int padTop, padLeft;
    int outHeight, outWidth;
    int images;
    int wide;            // neighboring channels per thread: 4 where 4 divides the number of channels, else 1
    Divisor byVectors;   // channels / wide
    Divisor byKernelWidth;
    Divisor byTaps;      // kernelHeight · kernelWidth
    Divisor byWidth, byHeight;
    Divisor byOutWidth, byOutHeight;
    Divisor byStrideHeight, byStrideWidth;
};

/** A pixel of a batch: of the images or of the outputs. */
struct Pixel {
    int image, i, j;
};

INLINE Pixel inputPixel(const Geometry& g, unsigned n) {
    int j = takeOff(n, g.byWidth);
    int i = takeOff(n, g.byHeight);
    return {static_cast<int>(n), i, j};
}

INLINE Pixel outputPixel(const Geometry& g, unsigned n) {
    int j = takeOff(n, g.byOutWidth);
    int i = takeOff(n, g.byOutHeight);
    return {static_cast<int>(n), i, j};
}

/** The index of an input pixel's first channel. */
INLINE size_t inputAt(const Geometry& g, int image, int i, int j) {
    return (static_cast<size_t>(image * g.height + i) * g.width + j) * g.channels;
}

/** The index of an output pixel's first element of `depth`. */
INLINE size_t outputAt(const Geometry& g, int image, int i, int j, int depth) {
    return (static_cast<size_t>(image * g.outHeight + i) * g.outWidth + j) * depth;
}

/** From … to − 1. */
struct Range {
    int from, to;
};

/** The taps of an output pixel inside the image, along one side: input positions, not offsets. */
INLINE Range inside(int out, int stride, int pad, int kernel, int size) {
    int first = out * stride - pad;
    return {max(first, 0), min(first + kernel, size)};
}

INLINE Range rowsOf(const Geometry& g, int i) {
    return inside(i, g.strideHeight, g.padTop, g.kernelHeight, g.height);
}

INLINE Range columnsOf(const Geometry& g, int j) {
    return inside(j, g.strideWidth, g.padLeft, g.kernelWidth, g.width);
}

/** The outputs whose window covers an input position, along one side. */
INLINE Range covering(int in, Divisor stride, int pad, int kernel, int outputs) {
    int at = in + pad;
    int from = at < kernel ? 0 : stride.quotient(at - kernel) + 1;
    return {from, min(static_cast<int>(stride.quotient(at)) + 1, outputs)};
}

INLINE Range rowsCovering(const Geometry& g, int i) {
    return covering(i, g.byStrideHeight, g.padTop, g.kernelHeight, g.outHeight);
}

INLINE Range columnsCovering(const Geometry& g, int j) {
    return covering(j, g.byStrideWidth, g.padLeft, g.kernelWidth, g.outWidth);
}

/** Calls body(width, pixel, channel) for the thread's channels of one of `pixels` pixels. */
template <class Body> INLINE void eachPixel(const Geometry& g, unsigned pixels, Body body) {
    unsigned n = threadIndex();
    if (n < pixels * g.byVectors.divisor) {
        int channel = takeOff(n, g.byVectors) * g.wide;
        if (g.wide == 4) {
            body(Width<4>(), n, channel);
        } else {
            body(Width<1>(), n, channel);
        }
    }
}

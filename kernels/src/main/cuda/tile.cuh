// Matrices with few columns, such as ten classes: a block takes 64 whole rows into shared memory, reading them as one
// run of neighboring elements, and then one thread works on each row.
//
// A row of shared memory is padded to an odd length, so that 32 threads going down their rows touch 32 banks.
#pragma once
#include "reduce.cuh"

constexpr unsigned TILE_ROWS = 64;
constexpr unsigned TILE_COLS = 32;

/** The elements that a row of that many columns takes in shared memory. */
INLINE unsigned stride(unsigned cols) {
    return cols | 1;
}

/** The number of rows of this block. */
INLINE unsigned rowsHere(unsigned rows) {
    return min(TILE_ROWS, rows - blockIdx.x * TILE_ROWS);
}

/** Calls body(index in the matrix, index in the tile) for this thread's part of the block's elements. */
template <class Body> INLINE void eachOfTile(unsigned rows, unsigned cols, Body body) {
    size_t first = static_cast<size_t>(blockIdx.x) * TILE_ROWS * cols;
    for (unsigned e = threadIdx.x; e < rowsHere(rows) * cols; e += blockDim.x) {
        body(first + e, e / cols * stride(cols) + e % cols);
    }
}

/** The largest element of a row; NaNs are skipped. */
INLINE float rowMax(const float* row, unsigned cols) {
    float max = -INFINITY;
    for (unsigned j = 0; j < cols; j++) {
        max = fmaxf(max, row[j]);
    }
    return max;
}

/**
 * The parts of a row's softmax: its maximum, and Σ e^(x − max), of which no term overflows. Kept separate: in log Σ eˣ as
 * one float, small differences of large logits would be lost. The sum is NaN if any element is.
 */
struct Exponentials {
    float max;
    double sum;

    /** Entry x of the softmax. */
    INLINE float share(float x) const { return expf(x - max) * static_cast<float>(1 / sum); }

    /** −log of that entry. */
    INLINE double surprise(float x) const { return static_cast<double>(max - x) + logf(static_cast<float>(sum)); }
};

INLINE Exponentials exponentials(const float* row, unsigned cols) {
    float max = rowMax(row, cols);
    double sum = 0;
    for (unsigned j = 0; j < cols; j++) {
        sum += expf(row[j] - max);
    }
    return {max, sum};
}

/** Of the row of a warp. */
INLINE Exponentials warpExponentials(const float* row, unsigned cols) {
    float max = -INFINITY;
    for (unsigned j = threadIdx.x % WARP; j < cols; j += WARP) {
        max = fmaxf(max, row[j]);
    }
    max = warpMax(max);
    double sum = 0;
    for (unsigned j = threadIdx.x % WARP; j < cols; j += WARP) {
        sum += expf(row[j] - max);
    }
    return {max, warpSum(sum)};
}

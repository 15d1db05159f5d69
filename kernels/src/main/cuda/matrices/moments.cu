// Mean and biased variance of every column: μ = Σx/rows, σ² = Σ(x − μ)²/rows, in one pass.
//
// Reads rows·cols floats, writes 2·cols. Launch as column_sums: tiles of columns × chunks of rows, 256 threads.
//
// The sums are taken of d = x − K, where K is the column's first element, or 0 where that is not finite:
//
//   μ = K + Σd/rows        σ² = (Σd² − (Σd)²/rows)/rows
//
// Without the shift the subtraction would lose every digit of a variance much smaller than μ². K is one of the
// elements, so (K − μ)² ≤ rows·σ², and with sums in double the relative loss is rows·2⁻⁵³ (Chan, Golub & LeVeque 1983).
#include "columns.cuh"

/** K of a column. An infinite K would make the mean NaN where it is infinite. */
INLINE float shiftOf(const float* x, unsigned column) {
    return isfinite(x[column]) ? x[column] : 0;
}

INLINE void finishMoments(
        unsigned rows, unsigned column, const float* x, const double (&sum)[2], float* mean, float* variance) {
    double shift = sum[0] / rows;
    double squares = sum[1] / rows - shift * shift;
    mean[column] = static_cast<float>(shiftOf(x, column) + shift);
    variance[column] = static_cast<float>(squares < 0 ? 0 : squares); // a comparison: fmax(NaN, 0) would be 0
}

/** partial is [2, chunks, cols]; not used with a single chunk. */
KERNEL moments(
        unsigned rows,
        unsigned cols,
        unsigned width,
        unsigned chunk,
        const float* x,
        double* partial,
        float* mean,
        float* variance) {
    __shared__ float firstRow[BLOCK];
    Walk walk(rows, cols, width, chunk);
    onceAColumn(walk, width, cols, [&](unsigned at, unsigned column) { firstRow[at] = shiftOf(x, column); });
    __syncthreads();
    double sum[2] = {0, 0};
    double k = walk.active ? firstRow[threadIdx.x % width] : 0;
    down(walk, cols, [&](size_t i) {
        double d = x[i] - k;
        sum[0] += d;
        sum[1] += d * d;
    });
    acrossLanes(walk, width, sum);
    if (walk.active && walk.lane == 0) {
        if (gridDim.y == 1) {
            finishMoments(rows, walk.column, x, sum, mean, variance);
        } else {
            size_t at = static_cast<size_t>(blockIdx.y) * cols + walk.column;
            partial[at] = sum[0];
            partial[static_cast<size_t>(gridDim.y) * cols + at] = sum[1];
        }
    }
}

/** Adds up the chunks; one block for each tile of columns. */
KERNEL moments_finish(
        unsigned rows,
        unsigned chunks,
        unsigned cols,
        unsigned width,
        const float* x,
        const double* partial,
        float* mean,
        float* variance) {
    Walk walk(chunks, cols, width, chunks);
    const double* squares = partial + static_cast<size_t>(chunks) * cols;
    double sum[2] = {0, 0};
    down(walk, cols, [&](size_t i) {
        sum[0] += partial[i];
        sum[1] += squares[i];
    });
    acrossLanes(walk, width, sum);
    if (walk.active && walk.lane == 0) {
        finishMoments(rows, walk.column, x, sum, mean, variance);
    }
}

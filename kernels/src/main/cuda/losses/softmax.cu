// Each row of y = eˣ / Σeˣ of that row of x, shifted by the row's maximum so that nothing overflows.
//
// Reads rows·cols floats, writes as many. A ladder of four kernels; the last two are in use, and the second for rows
// longer than shared memory. And the gradient: dx += y ⊙ (dy − Σ over the row of dy ⊙ y), which reads 3·rows·cols floats
// and writes rows·cols.
#include "tile.cuh"

/**
 * Rung 1: one thread per row, three passes over it: maximum, sum, quotient. ⌈rows/256⌉ blocks.
 * A warp reads 32 elements that are cols apart: 32 sectors of 32 bytes for 4 bytes of each.
 * And every element is read three times.
 */
KERNEL softmax_naive(unsigned rows, unsigned cols, const float* x, float* y) {
    unsigned row = threadIndex();
    if (row < rows) {
        const float* from = x + static_cast<size_t>(row) * cols;
        float* to = y + static_cast<size_t>(row) * cols;
        Exponentials e = exponentials(from, cols);
        for (unsigned j = 0; j < cols; j++) {
            to[j] = e.share(from[j]);
        }
    }
}

/**
 * Rung 2: one warp per row, eight rows per block. ⌈rows/8⌉ blocks.
 * Neighboring threads read neighboring elements and combine by shuffles: no shared memory, no barrier.
 * Still three reads of every element; all of a warp's lanes are used only where cols is a multiple of 32.
 */
KERNEL softmax_warp(unsigned rows, unsigned cols, const float* x, float* y) {
    unsigned row = blockIdx.x * (BLOCK / WARP) + threadIdx.x / WARP;
    if (row >= rows) {
        return; // the whole warp leaves
    }
    const float* from = x + static_cast<size_t>(row) * cols;
    float* to = y + static_cast<size_t>(row) * cols;
    Exponentials e = warpExponentials(from, cols);
    for (unsigned j = threadIdx.x % WARP; j < cols; j += WARP) {
        to[j] = e.share(from[j]);
    }
}

/**
 * Rung 3, for 33 columns and more: one block of 128 threads per row, which stays in shared memory (4·cols bytes of it).
 * Every element is read once and written once, which is all that the formula needs.
 * The exponentials are kept too: one per element instead of two.
 */
KERNEL softmax_row(unsigned cols, const float* x, float* y) {
    extern __shared__ float row[];
    __shared__ float maxima[BLOCK / WARP];
    __shared__ double sums[BLOCK / WARP];
    const float* from = x + static_cast<size_t>(blockIdx.x) * cols;
    float* to = y + static_cast<size_t>(blockIdx.x) * cols;
    float max = -INFINITY;
    for (unsigned j = threadIdx.x; j < cols; j += blockDim.x) {
        row[j] = from[j];
        max = fmaxf(max, row[j]);
    }
    max = blockMax(max, maxima);
    double sum = 0;
    for (unsigned j = threadIdx.x; j < cols; j += blockDim.x) {
        row[j] = expf(row[j] - max);
        sum += row[j];
    }
    float inverse = static_cast<float>(1 / blockSum(sum, sums));
    for (unsigned j = threadIdx.x; j < cols; j += blockDim.x) {
        to[j] = row[j] * inverse;
    }
}

/**
 * Rung 4, for up to 32 columns: 64 rows per block of 64 threads, one thread per row, in shared memory.
 * Ten classes would leave 22 of 32 lanes idle in rungs 2 and 3, and a row's 40 bytes cut sectors at both ends.
 * Here the block reads and writes one run of elements, and threads wait for each other only at two barriers.
 */
KERNEL softmax_tile(unsigned rows, unsigned cols, const float* x, float* y) {
    __shared__ float tile[TILE_ROWS * (TILE_COLS + 1)];
    eachOfTile(rows, cols, [&](size_t i, unsigned at) { tile[at] = x[i]; });
    __syncthreads();
    if (threadIdx.x < rowsHere(rows)) {
        float* row = tile + threadIdx.x * stride(cols);
        float max = rowMax(row, cols);
        double sum = 0;
        for (unsigned j = 0; j < cols; j++) {
            row[j] = expf(row[j] - max);
            sum += row[j];
        }
        float inverse = static_cast<float>(1 / sum);
        for (unsigned j = 0; j < cols; j++) {
            row[j] *= inverse;
        }
    }
    __syncthreads();
    eachOfTile(rows, cols, [&](size_t i, unsigned at) { y[i] = tile[at]; });
}

/** For 33 columns and more: one block of 128 threads per row, with y and dy of the row in shared memory (8·cols bytes). */
KERNEL softmax_gradient_row(unsigned cols, const float* y, const float* dy, float* dx) {
    extern __shared__ float row[]; // y, then dy
    __shared__ double sums[BLOCK / WARP];
    size_t first = static_cast<size_t>(blockIdx.x) * cols;
    double sum = 0;
    for (unsigned j = threadIdx.x; j < cols; j += blockDim.x) {
        row[j] = y[first + j];
        row[cols + j] = dy[first + j];
        sum += static_cast<double>(row[j]) * row[cols + j];
    }
    float dot = static_cast<float>(blockSum(sum, sums));
    for (unsigned j = threadIdx.x; j < cols; j += blockDim.x) {
        dx[first + j] += row[j] * (row[cols + j] - dot);
    }
}

/** Where two rows are longer than shared memory: one warp per row, which reads y and dy twice. */
KERNEL softmax_gradient_warp(unsigned rows, unsigned cols, const float* y, const float* dy, float* dx) {
    unsigned row = blockIdx.x * (BLOCK / WARP) + threadIdx.x / WARP;
    if (row >= rows) {
        return; // the whole warp leaves
    }
    size_t first = static_cast<size_t>(row) * cols;
    double sum = 0;
    for (unsigned j = threadIdx.x % WARP; j < cols; j += WARP) {
        sum += static_cast<double>(y[first + j]) * dy[first + j];
    }
    float dot = static_cast<float>(warpSum(sum));
    for (unsigned j = threadIdx.x % WARP; j < cols; j += WARP) {
        dx[first + j] += y[first + j] * (dy[first + j] - dot);
    }
}

/** For up to 32 columns: 64 rows per block of 64 threads. */
KERNEL softmax_gradient_tile(unsigned rows, unsigned cols, const float* y, const float* dy, float* dx) {
    __shared__ float tileY[TILE_ROWS * (TILE_COLS + 1)];
    __shared__ float tileDy[TILE_ROWS * (TILE_COLS + 1)];
    eachOfTile(rows, cols, [&](size_t i, unsigned at) {
        tileY[at] = y[i];
        tileDy[at] = dy[i];
    });
    __syncthreads();
    if (threadIdx.x < rowsHere(rows)) {
        const float* rowY = tileY + threadIdx.x * stride(cols);
        float* rowDy = tileDy + threadIdx.x * stride(cols);
        double sum = 0;
        for (unsigned j = 0; j < cols; j++) {
            sum += static_cast<double>(rowY[j]) * rowDy[j];
        }
        float dot = static_cast<float>(sum);
        for (unsigned j = 0; j < cols; j++) {
            rowDy[j] = rowY[j] * (rowDy[j] - dot);
        }
    }
    __syncthreads();
    eachOfTile(rows, cols, [&](size_t i, unsigned at) { dx[i] += tileDy[at]; });
}

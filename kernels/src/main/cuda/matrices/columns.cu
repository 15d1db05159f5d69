// Column sums: sums += Σ over the rows of X, the gradient of a bias. Sums are kept in double.
//
// Reads rows·cols + cols floats, writes cols. A ladder of three kernels, each with 256 threads per block.
#include "columns.cuh"

/**
 * Rung 1: one thread per column, ⌈cols/256⌉ blocks.
 * A warp reads 32 neighboring elements of a row, so access is ideal from the start.
 * But 512 columns are only 512 threads, and a GPU needs many more in flight to keep its memory busy.
 */
KERNEL column_sums_naive(unsigned rows, unsigned cols, const float* x, float* sums) {
    unsigned j = threadIndex();
    if (j < cols) {
        double sum = 0;
        for (unsigned i = 0; i < rows; i++) {
            sum += x[static_cast<size_t>(i) * cols + j];
        }
        sums[j] += static_cast<float>(sum);
    }
}

/**
 * Rung 2: one block for 32 columns, ⌈cols/32⌉ blocks: eight threads per column combine their sums in shared memory.
 * Eight times the threads of rung 1, at the price of three barriers.
 * Still few blocks where columns are few, and idle threads where they are not a multiple of 32.
 */
KERNEL column_sums_tile(unsigned rows, unsigned cols, const float* x, float* sums) {
    __shared__ double shared[8][32];
    unsigned lane = threadIdx.x / 32;
    unsigned j = blockIdx.x * 32 + threadIdx.x % 32;
    double sum = 0;
    for (unsigned i = lane; i < rows && j < cols; i += 8) {
        sum += x[static_cast<size_t>(i) * cols + j];
    }
    shared[lane][threadIdx.x % 32] = sum;
    for (unsigned half = 4; half > 0; half /= 2) {
        __syncthreads();
        if (lane < half) {
            shared[lane][threadIdx.x % 32] += shared[lane + half][threadIdx.x % 32];
        }
    }
    if (lane == 0 && j < cols) {
        sums[j] += static_cast<float>(shared[0][threadIdx.x]);
    }
}

/**
 * Rung 3, the one in use: tiles as wide as suits the matrix, and the rows cut into chunks, so that any shape fills the
 * device. Each block leaves its sums in `partial` [chunks, cols], 16 bytes moved for every 512 or more it has read, and
 * column_sums_finish adds them in order. With a single chunk the sums are finished at once and `partial` is not used.
 *
 * Grid: ⌈cols/width⌉ × ⌈rows/chunk⌉.
 */
KERNEL column_sums(
        unsigned rows, unsigned cols, unsigned width, unsigned chunk, const float* x, double* partial, float* sums) {
    Walk walk(rows, cols, width, chunk);
    double sum[1] = {0};
    down(walk, cols, [&](size_t i) { sum[0] += x[i]; });
    acrossLanes(walk, width, sum);
    if (walk.active && walk.lane == 0) {
        if (gridDim.y == 1) {
            sums[walk.column] += static_cast<float>(sum[0]);
        } else {
            partial[static_cast<size_t>(blockIdx.y) * cols + walk.column] = sum[0];
        }
    }
}

/** sums += Σ over the rows of partial. Grid: ⌈cols/width⌉, so that one block adds up whole columns. */
KERNEL column_sums_finish(unsigned chunks, unsigned cols, unsigned width, const double* partial, float* sums) {
    Walk walk(chunks, cols, width, chunks);
    double sum[1] = {0};
    down(walk, cols, [&](size_t i) { sum[0] += partial[i]; });
    acrossLanes(walk, width, sum);
    if (walk.active && walk.lane == 0) {
        sums[walk.column] += static_cast<float>(sum[0]);
    }
}

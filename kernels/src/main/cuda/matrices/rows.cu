// Adds one row to every row: Y = X + 1·rowᵀ, the bias of a dense layer whose product came from a library.
//
// Reads rows·cols + cols floats, writes rows·cols; y may be x. Launch as column_sums: a block reads the row's
// elements of its columns once and adds them to all its rows.
#include "columns.cuh"

KERNEL add_row(
        unsigned rows,
        unsigned cols,
        unsigned width,
        unsigned chunk,
        const float* x,
        const float* row,
        float* y) {
    __shared__ float numbers[BLOCK];
    Walk walk(rows, cols, width, chunk);
    onceAColumn(walk, width, cols, [&](unsigned at, unsigned column) { numbers[at] = row[column]; });
    __syncthreads();
    if (!walk.active) {
        return;
    }
    float b = numbers[threadIdx.x % width];
    down(walk, cols, [&](size_t i) { y[i] = x[i] + b; });
}

// Batch normalization, column by column, with x̂ = (x − μ)/√(σ² + ε).
//
//   normalize             y = γx̂ + β                                          reads rows·cols, writes rows·cols floats
//   batch_norm_sums       Σdy and Σdy·x̂ in double; dβ += Σdy, dγ += Σdy·x̂    reads 2·rows·cols
//   batch_norm_gradient   dx += γ/√(σ² + ε)·(dy − Σdy/rows − x̂·Σ(dy·x̂)/rows)  reads 3·rows·cols, writes rows·cols
//
// and a few elements per column. Launch as column_sums: tiles of columns × chunks of rows, 256 threads. A block reads the
// elements of its columns once and uses them for all its rows.
#include "columns.cuh"

KERNEL normalize(
        unsigned rows,
        unsigned cols,
        unsigned width,
        unsigned chunk,
        double epsilon,
        const float* __restrict__ x,
        const float* __restrict__ mean,
        const float* __restrict__ variance,
        const float* __restrict__ gamma,
        const float* __restrict__ beta,
        float* __restrict__ y) {
    __shared__ float numbers[3][BLOCK];
    Walk walk(rows, cols, width, chunk);
    onceAColumn(walk, width, cols, [&](unsigned at, unsigned column) {
        numbers[0][at] = mean[column];
        numbers[1][at] = static_cast<float>(gamma[column] / sqrt(variance[column] + epsilon));
        numbers[2][at] = beta[column];
    });
    __syncthreads();
    if (!walk.active) {
        return;
    }
    float mu = numbers[0][threadIdx.x % width];
    float scale = numbers[1][threadIdx.x % width];
    float shift = numbers[2][threadIdx.x % width];
    down(walk, cols, [&](size_t i) { y[i] = scale * (x[i] - mu) + shift; });
}

/** The results from one column's sums: contributions to dγ and dβ, and the factors of batch_norm_gradient. */
struct Sums {
    unsigned rows;
    double epsilon;
    const float* variance;
    const float* gamma;
    bool ofBatch;        // true if μ and σ² depend on x
    float* dgamma;       // or null
    float* dbeta;        // or null
    float* coefficients; // [3, cols]: scale, fromX, constant; or null

    INLINE void finish(unsigned column, unsigned cols, const double (&sum)[2]) const {
        double inverse = 1 / sqrt(variance[column] + epsilon);
        double dyXhat = sum[1] * inverse;
        if (dbeta) {
            dbeta[column] += static_cast<float>(sum[0]);
        }
        if (dgamma) {
            dgamma[column] += static_cast<float>(dyXhat);
        }
        if (coefficients) {
            double scale = gamma[column] * inverse;
            coefficients[column] = static_cast<float>(scale);
            coefficients[cols + column] = ofBatch ? static_cast<float>(scale * inverse * dyXhat / rows) : 0;
            coefficients[2 * cols + column] = ofBatch ? static_cast<float>(scale * sum[0] / rows) : 0;
        }
    }
};

/** Σdy and Σdy·(x − μ) of every column. partial is [2, chunks, cols]; not used with a single chunk. */
KERNEL batch_norm_sums(
        unsigned rows,
        unsigned cols,
        unsigned width,
        unsigned chunk,
        const float* x,
        const float* mean,
        const float* dy,
        double* partial,
        Sums sums) {
    Walk walk(rows, cols, width, chunk);
    double sum[2] = {0, 0};
    double mu = walk.active ? mean[walk.column] : 0;
    down(walk, cols, [&](size_t i) {
        double g = dy[i];
        sum[0] += g;
        sum[1] += g * (x[i] - mu);
    });
    acrossLanes(walk, width, sum);
    if (walk.active && walk.lane == 0) {
        if (gridDim.y == 1) {
            sums.finish(walk.column, cols, sum);
        } else {
            size_t at = static_cast<size_t>(blockIdx.y) * cols + walk.column;
            partial[at] = sum[0];
            partial[static_cast<size_t>(gridDim.y) * cols + at] = sum[1];
        }
    }
}

/** Adds up the chunks; one block for each tile of columns. */
KERNEL batch_norm_sums_finish(unsigned chunks, unsigned cols, unsigned width, const double* partial, Sums sums) {
    Walk walk(chunks, cols, width, chunks);
    const double* products = partial + static_cast<size_t>(chunks) * cols;
    double sum[2] = {0, 0};
    down(walk, cols, [&](size_t i) {
        sum[0] += partial[i];
        sum[1] += products[i];
    });
    acrossLanes(walk, width, sum);
    if (walk.active && walk.lane == 0) {
        sums.finish(walk.column, cols, sum);
    }
}

/** dx += scale·dy − fromX·(x − μ) − constant: the formula with its three terms collected by column. */
KERNEL batch_norm_gradient(
        unsigned rows,
        unsigned cols,
        unsigned width,
        unsigned chunk,
        const float* __restrict__ x,
        const float* __restrict__ mean,
        const float* __restrict__ dy,
        const float* __restrict__ coefficients,
        float* __restrict__ dx) {
    __shared__ float numbers[4][BLOCK];
    Walk walk(rows, cols, width, chunk);
    onceAColumn(walk, width, cols, [&](unsigned at, unsigned column) {
        numbers[0][at] = mean[column];
        for (unsigned k = 0; k < 3; k++) {
            numbers[1 + k][at] = coefficients[k * cols + column];
        }
    });
    __syncthreads();
    if (!walk.active) {
        return;
    }
    float mu = numbers[0][threadIdx.x % width];
    float scale = numbers[1][threadIdx.x % width];
    float fromX = numbers[2][threadIdx.x % width];
    float constant = numbers[3][threadIdx.x % width];
    down(walk, cols, [&](size_t i) {
        float throughX = fromX == 0 ? 0 : fromX * (x[i] - mu); // 0 · NaN would be NaN, of moments that are constants
        dx[i] += scale * dy[i] - throughX - constant;
    });
}

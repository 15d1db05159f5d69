// Softmax cross-entropy, its gradient, and the count of rows classified correctly.
//
//   softmax_cross_entropy  L = −(1/rows) Σ t ⊙ log softmax(z)               reads 2·rows·cols floats, writes 1
//   its gradient           dz += dL/rows · (softmax(z)·Σt − t)              reads 3·rows·cols + 1, writes rows·cols
//   matches                rows whose largest entry is where the target's is  reads 2·rows·cols, writes 1
//                          (a NaN anywhere or an infinite maximum is no match)
//
// With up to 32 columns (…_tile): 64 rows and threads per block, one thread per row, in shared memory. With more (…_warp):
// one warp per row, eight rows per block of 256; rows are read again from the first-level cache. A sum over several blocks
// is left in `partial` for sum_finish: 16 bytes more for every block.
#include "tile.cuh"

/** t·(−log softmax(z)) of one entry; 0 where t is, even for a logit of −∞. */
INLINE double entryLoss(const Exponentials& e, float z, float t) {
    return t == 0 ? 0 : t * e.surprise(z);
}

KERNEL softmax_cross_entropy_tile(
        unsigned rows, unsigned cols, const float* logits, const float* target, double* partial, float* loss) {
    __shared__ float z[TILE_ROWS * (TILE_COLS + 1)];
    __shared__ float t[TILE_ROWS * (TILE_COLS + 1)];
    __shared__ double sums[BLOCK / WARP];
    eachOfTile(rows, cols, [&](size_t i, unsigned at) {
        z[at] = logits[i];
        t[at] = target[i];
    });
    __syncthreads();
    double sum = 0;
    if (threadIdx.x < rowsHere(rows)) {
        unsigned row = threadIdx.x * stride(cols);
        Exponentials e = exponentials(z + row, cols);
        sum = 0 * e.sum; // a row without a softmax makes the loss NaN, whatever its targets
        for (unsigned j = row; j < row + cols; j++) {
            sum += entryLoss(e, z[j], t[j]);
        }
    }
    leave(blockSum(sum, sums), 1.0 / rows, partial, loss);
}

KERNEL softmax_cross_entropy_warp(
        unsigned rows, unsigned cols, const float* logits, const float* target, double* partial, float* loss) {
    __shared__ double sums[BLOCK / WARP];
    unsigned row = blockIdx.x * (BLOCK / WARP) + threadIdx.x / WARP;
    double sum = 0;
    if (row < rows) {
        const float* z = logits + static_cast<size_t>(row) * cols;
        const float* t = target + static_cast<size_t>(row) * cols;
        Exponentials e = warpExponentials(z, cols);
        sum = 0 * e.sum;
        for (unsigned j = threadIdx.x % WARP; j < cols; j += WARP) {
            sum += entryLoss(e, z[j], t[j]);
        }
    }
    leave(blockSum(sum, sums), 1.0 / rows, partial, loss);
}

KERNEL softmax_cross_entropy_gradient_tile(
        unsigned rows,
        unsigned cols,
        const float* logits,
        const float* target,
        const float* dloss,
        float* dlogits) {
    __shared__ float z[TILE_ROWS * (TILE_COLS + 1)];
    __shared__ float t[TILE_ROWS * (TILE_COLS + 1)];
    eachOfTile(rows, cols, [&](size_t i, unsigned at) {
        z[at] = logits[i];
        t[at] = target[i];
    });
    __syncthreads();
    if (threadIdx.x < rowsHere(rows)) {
        float* rowZ = z + threadIdx.x * stride(cols);
        const float* rowT = t + threadIdx.x * stride(cols);
        Exponentials e = exponentials(rowZ, cols);
        double targets = 0;
        for (unsigned j = 0; j < cols; j++) {
            targets += rowT[j];
        }
        float factor = *dloss / rows;
        float sum = static_cast<float>(targets);
        for (unsigned j = 0; j < cols; j++) {
            rowZ[j] = factor * (e.share(rowZ[j]) * sum - rowT[j]);
        }
    }
    __syncthreads();
    eachOfTile(rows, cols, [&](size_t i, unsigned at) { dlogits[i] += z[at]; });
}

KERNEL softmax_cross_entropy_gradient_warp(
        unsigned rows,
        unsigned cols,
        const float* logits,
        const float* target,
        const float* dloss,
        float* dlogits) {
    unsigned row = blockIdx.x * (BLOCK / WARP) + threadIdx.x / WARP;
    if (row >= rows) {
        return; // the whole warp leaves
    }
    size_t first = static_cast<size_t>(row) * cols;
    Exponentials e = warpExponentials(logits + first, cols);
    double targets = 0;
    for (unsigned j = threadIdx.x % WARP; j < cols; j += WARP) {
        targets += target[first + j];
    }
    float sum = static_cast<float>(warpSum(targets));
    float factor = *dloss / rows;
    for (unsigned j = threadIdx.x % WARP; j < cols; j += WARP) {
        dlogits[first + j] += factor * (e.share(logits[first + j]) * sum - target[first + j]);
    }
}

constexpr unsigned NO_ANSWER = 0xffffffffu;

/**
 * The column of a row's largest element, the first one on a tie; NO_ANSWER if any is NaN or the largest infinite. Of a
 * single column, a logit: 1 if it is above the threshold, else 0.
 */
INLINE unsigned answer(const float* row, unsigned cols, float threshold) {
    unsigned best = 0;
    bool nan = false;
    for (unsigned j = 0; j < cols; j++) {
        nan |= isnan(row[j]);
        best = row[j] > row[best] ? j : best;
    }
    if (cols == 1) {
        return nan || row[0] == INFINITY ? NO_ANSWER : row[0] > threshold;
    }
    return nan || isinf(row[best]) ? NO_ANSWER : best;
}

/** answer of the row of a warp, of two columns and more: each lane finds its own first, then the lanes by halving. */
INLINE unsigned warpAnswer(const float* row, unsigned cols) {
    float value = -INFINITY;
    unsigned best = cols;
    bool nan = false;
    for (unsigned j = threadIdx.x % WARP; j < cols; j += WARP) {
        nan |= isnan(row[j]);
        if (row[j] > value || (row[j] == value && j < best)) {
            value = row[j];
            best = j;
        }
    }
    for (unsigned half = WARP / 2; half > 0; half /= 2) {
        float v = __shfl_xor_sync(ALL_LANES, value, half);
        unsigned j = __shfl_xor_sync(ALL_LANES, best, half);
        if (v > value || (v == value && j < best)) {
            value = v;
            best = j;
        }
    }
    return __any_sync(ALL_LANES, nan) || isinf(value) ? NO_ANSWER : best;
}

/** With one column, a logit: output > 0 exactly where target > ½. */
KERNEL matches_tile(
        unsigned rows, unsigned cols, const float* output, const float* target, double* partial, float* count) {
    __shared__ float o[TILE_ROWS * (TILE_COLS + 1)];
    __shared__ float t[TILE_ROWS * (TILE_COLS + 1)];
    __shared__ double sums[BLOCK / WARP];
    eachOfTile(rows, cols, [&](size_t i, unsigned at) {
        o[at] = output[i];
        t[at] = target[i];
    });
    __syncthreads();
    bool same = false;
    if (threadIdx.x < rowsHere(rows)) {
        unsigned row = threadIdx.x * stride(cols);
        unsigned said = answer(o + row, cols, 0);
        same = said != NO_ANSWER && said == answer(t + row, cols, 0.5f);
    }
    leave(blockSum<double>(same, sums), 1, partial, count);
}

KERNEL matches_warp(
        unsigned rows, unsigned cols, const float* output, const float* target, double* partial, float* count) {
    __shared__ double sums[BLOCK / WARP];
    unsigned row = blockIdx.x * (BLOCK / WARP) + threadIdx.x / WARP;
    bool same = false;
    if (row < rows) {
        size_t first = static_cast<size_t>(row) * cols;
        unsigned said = warpAnswer(output + first, cols);
        same = said != NO_ANSWER && said == warpAnswer(target + first, cols);
    }
    leave(blockSum<double>(same && threadIdx.x % WARP == 0, sums), 1, partial, count);
}

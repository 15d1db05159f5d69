// A summary of n elements: Σx, Σ|x|, Σx², the smallest and the largest finite one, how many are 0, how many not finite.
//
// Reads n floats, writes 7 doubles. Everything is kept in double: gradients of deep sigmoid nets are near 1e-27, and
// their squares are too small for float. Launch: any number of blocks of 256, then statistics_finish with one.
#include "reduce.cuh"

struct Summary {
    double sum = 0;
    double sumAbs = 0;
    double sumSquares = 0;
    double min = INFINITY;
    double max = -INFINITY;
    double zeros = 0;
    double nonFinite = 0;

    INLINE void take(float value) {
        if (!isfinite(value)) {
            nonFinite++;
            return;
        }
        double x = value;
        sum += x;
        sumAbs += fabs(x);
        sumSquares += x * x;
        min = fmin(min, x);
        max = fmax(max, x);
        zeros += x == 0;
    }

    INLINE void take(const Summary& other) {
        sum += other.sum;
        sumAbs += other.sumAbs;
        sumSquares += other.sumSquares;
        min = fmin(min, other.min);
        max = fmax(max, other.max);
        zeros += other.zeros;
        nonFinite += other.nonFinite;
    }
};

/** Adds up the threads' summaries by halving and writes the block's. */
INLINE void writeBlock(const Summary& mine, Summary* result) {
    __shared__ Summary shared[BLOCK];
    shared[threadIdx.x] = mine;
    for (unsigned half = BLOCK / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            shared[threadIdx.x].take(shared[threadIdx.x + half]);
        }
    }
    if (threadIdx.x == 0) {
        *result = shared[0];
    }
}

/** One summary per block. */
KERNEL statistics(unsigned n, const float* x, Summary* partial) {
    Summary mine;
    for (unsigned i = threadIndex(); i < n; i += gridDim.x * BLOCK) {
        mine.take(x[i]);
    }
    writeBlock(mine, partial + blockIdx.x);
}

/** The summary of all blocks, as the first of `partial`. One block. */
KERNEL statistics_finish(unsigned blocks, Summary* partial) {
    Summary mine;
    for (unsigned i = threadIdx.x; i < blocks; i += BLOCK) {
        mine.take(partial[i]);
    }
    writeBlock(mine, partial);
}

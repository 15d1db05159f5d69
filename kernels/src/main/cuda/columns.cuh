// How a block walks down the columns of a row-major matrix, shared by column sums, moments and normalization.
//
// A tile of `width` neighboring columns belongs to one column of blocks, a chunk of `chunk` rows to one row of blocks.
// The 256 threads of a block form `steps` = ⌊256/width⌋ rows of width threads over its tile:
//
//   thread t:   column t mod width,   rows t / width, t / width + steps, …
//
// so that neighboring threads read neighboring elements, across row ends too where the tile is the whole row. From 8
// rows of threads on their number is a multiple of 8: then each step begins at a multiple of 32 bytes, the unit of memory
// traffic, whatever the width. The remaining threads are idle. The shape depends on the matrix alone, and so do the bits.
#pragma once
#include "common.cuh"

struct Walk {
    unsigned column; // of the thread
    unsigned first;  // row
    unsigned last;   // row after the last one
    unsigned steps;  // from one row of the thread to the next
    unsigned lane;   // the thread's row among the rows of threads
    bool active;

    INLINE Walk(unsigned rows, unsigned cols, unsigned width, unsigned chunk) {
        steps = BLOCK / width;
        steps -= steps >= 8 ? steps % 8 : 0;
        lane = threadIdx.x / width;
        column = blockIdx.x * width + threadIdx.x % width;
        first = blockIdx.y * chunk + lane;
        last = min(rows, (blockIdx.y + 1) * chunk);
        active = lane < steps && column < cols;
    }
};

/**
 * Calls body(index in the tile, column) for each column of the tile, once per block: for values that are read or computed
 * once per column and then used by all threads, after a barrier, at [threadIdx.x % width].
 */
template <class Body> INLINE void onceAColumn(const Walk& walk, unsigned width, unsigned cols, Body body) {
    if (threadIdx.x < width && walk.column < cols) {
        body(threadIdx.x, walk.column);
    }
}

/** Calls body(i) for every element of a thread, i its index in the matrix. */
template <class Body> INLINE void down(const Walk& walk, unsigned cols, Body body) {
    if (walk.active) {
        size_t i = static_cast<size_t>(walk.first) * cols + walk.column;
        size_t stride = static_cast<size_t>(walk.steps) * cols;
#pragma unroll 4
        for (unsigned row = walk.first; row < walk.last; row += walk.steps, i += stride) {
            body(i);
        }
    }
}

/**
 * Adds up the sums of the threads of one column by halving the rows of threads: afterwards the threads of lane 0 hold
 * the sums. All threads of the block must call it.
 */
template <int SUMS> INLINE void acrossLanes(const Walk& walk, unsigned width, double (&sum)[SUMS]) {
    __shared__ double shared[SUMS][BLOCK];
    for (int k = 0; k < SUMS; k++) {
        shared[k][threadIdx.x] = sum[k];
    }
    for (unsigned n = walk.steps; n > 1;) {
        unsigned half = (n + 1) / 2;
        __syncthreads();
        if (walk.lane + half < n) {
            for (int k = 0; k < SUMS; k++) {
                sum[k] += shared[k][threadIdx.x + half * width];
                shared[k][threadIdx.x] = sum[k];
            }
        }
        n = half;
    }
}

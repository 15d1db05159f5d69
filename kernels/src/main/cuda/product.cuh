// The product of a tile, shared by sgemm and the convolutions.
//
// A block computes C[m₀ … m₀ + M, n₀ … n₀ + N] = Σₖ A[m, k]·B[k, n]. Eight steps of k at a time it keeps
//
//   A: 8 × M elements, B: 8 × N elements  in shared memory, twice: while one is used the next is fetched
//   C: TM × TN elements per thread        in registers
//
// so an element of A is read from memory once for N products, from shared memory once for TN. A thread's columns are two
// groups of four, N/2 apart (one group where TN is 4), and so are its rows:
//
//            tx·4        N/2 + tx·4
//   ty·4        [4 × 4]    [4 × 4]        eight neighboring threads read 32 neighboring elements of B, 16 bytes
//   M/2 + ty·4  [4 × 4]    [4 × 4]        each, and the same four of A: no two of them need one bank
//
// Rows of shared memory are 4 elements longer than the tile, so that fetching along k is free of bank conflicts too.
//
// Sources provide the elements of A and B from a matrix, its transpose or an image:
//
//   Lane lane(i)            what a thread keeps of row i of A (column i of B), once per block
//   Step step(k)            what a thread keeps of k, once for eight steps
//   float value(lane, step) the element; 0 outside
//   ALONG_K                 true if elements that are neighbors in memory differ in k rather than in i
#pragma once
#include "common.cuh"

template <int M_, int N_, int TM_, int TN_> struct Tile {
    static constexpr int M = M_, N = N_, TM = TM_, TN = TN_;
    static constexpr int K = 8;
    static constexpr int THREADS = (M / TM) * (N / TN);
};

/** One thread's part of copying SIZE × 8 elements of a source into shared memory. */
template <int SIZE, int THREADS, class Source, bool ALONG_K = Source::ALONG_K> struct Feed;

/** Neighboring threads along k: a thread has one k and several lanes. */
template <int SIZE, int THREADS, class Source> struct Feed<SIZE, THREADS, Source, true> {
    static constexpr int COUNT = SIZE * 8 / THREADS;
    const Source& source;
    typename Source::Lane lanes[COUNT];
    float values[COUNT];

    INLINE Feed(const Source& source, unsigned first) : source(source) {
        for (int i = 0; i < COUNT; i++) {
            lanes[i] = source.lane(first + threadIdx.x / 8 + i * (THREADS / 8));
        }
    }

    INLINE void fetch(unsigned k, unsigned end) {
        k += threadIdx.x % 8;
        typename Source::Step step = source.step(k);
        for (int i = 0; i < COUNT; i++) {
            values[i] = k < end ? source.value(lanes[i], step) : 0;
        }
    }

    INLINE void put(float (*shared)[SIZE + 4]) const {
        for (int i = 0; i < COUNT; i++) {
            shared[threadIdx.x % 8][threadIdx.x / 8 + i * (THREADS / 8)] = values[i];
        }
    }
};

/** Neighboring threads along the lanes: a thread has one lane and several k. */
template <int SIZE, int THREADS, class Source> struct Feed<SIZE, THREADS, Source, false> {
    static constexpr int COUNT = SIZE * 8 / THREADS;
    static constexpr int APART = THREADS / SIZE;
    static_assert(APART >= 1, "a thread would have several lanes");
    const Source& source;
    typename Source::Lane lane;
    float values[COUNT];

    INLINE Feed(const Source& source, unsigned first) : source(source), lane(source.lane(first + threadIdx.x % SIZE)) {}

    INLINE void fetch(unsigned k, unsigned end) {
        k += threadIdx.x / SIZE;
        for (int i = 0; i < COUNT; i++, k += APART) {
            values[i] = k < end ? source.value(lane, source.step(k)) : 0;
        }
    }

    INLINE void put(float (*shared)[SIZE + 4]) const {
        for (int i = 0; i < COUNT; i++) {
            shared[threadIdx.x / SIZE + i * APART][threadIdx.x % SIZE] = values[i];
        }
    }
};

/** The row in the tile of element i of a thread's COUNT, for thread t along that side. */
template <int SIZE, int COUNT> INLINE unsigned placeOf(unsigned t, int i) {
    return t * 4 + i % 4 + i / 4 * (SIZE / (COUNT / 4));
}

/** Four elements for each group of a thread, from one row of shared memory. */
template <int SIZE, int COUNT> INLINE void fragment(const float* row, unsigned t, float (&into)[COUNT]) {
    for (int group = 0; group < COUNT / 4; group++) {
        Pack<4> p = load(Width<4>(), row, placeOf<SIZE, COUNT>(t, 4 * group));
        for (int i = 0; i < 4; i++) {
            into[4 * group + i] = p[i];
        }
    }
}

/** The tile (blockIdx.x, blockIdx.y) of A·B over the steps begin … end − 1, passed to the result four by four. */
template <class T, class A, class B, class C>
INLINE void product(const A& a, const B& b, const C& c, unsigned begin, unsigned end) {
    __shared__ __align__(16) float sharedA[2][T::K][T::M + 4];
    __shared__ __align__(16) float sharedB[2][T::K][T::N + 4];
    unsigned tx = threadIdx.x % (T::N / T::TN);
    unsigned ty = threadIdx.x / (T::N / T::TN);
    Feed<T::M, T::THREADS, A> feedA(a, blockIdx.x * T::M);
    Feed<T::N, T::THREADS, B> feedB(b, blockIdx.y * T::N);
    float sum[T::TM][T::TN] = {};

    feedA.fetch(begin, end);
    feedB.fetch(begin, end);
    feedA.put(sharedA[0]);
    feedB.put(sharedB[0]);
    __syncthreads();
    unsigned now = 0;
    for (unsigned k = begin; k < end; k += T::K) {
        bool more = k + T::K < end;
        if (more) {
            feedA.fetch(k + T::K, end);
            feedB.fetch(k + T::K, end);
        }
#pragma unroll
        for (int step = 0; step < T::K; step++) {
            float left[T::TM], right[T::TN];
            fragment<T::M>(sharedA[now][step], ty, left);
            fragment<T::N>(sharedB[now][step], tx, right);
            for (int i = 0; i < T::TM; i++) {
                for (int j = 0; j < T::TN; j++) {
                    sum[i][j] += left[i] * right[j];
                }
            }
        }
        if (more) {
            // The other half was last read before the previous round's barrier.
            now ^= 1;
            feedA.put(sharedA[now]);
            feedB.put(sharedB[now]);
            __syncthreads();
        }
    }
    // Unrolled, because registers cannot be counted through: a loop would keep the sums in memory.
#pragma unroll
    for (int i = 0; i < T::TM; i++) {
        unsigned m = blockIdx.x * T::M + placeOf<T::M, T::TM>(ty, i);
#pragma unroll
        for (int j = 0; j < T::TN; j += 4) {
            unsigned n = blockIdx.y * T::N + placeOf<T::N, T::TN>(tx, j);
            c.take(m, n, {sum[i][j], sum[i][j + 1], sum[i][j + 2], sum[i][j + 3]});
        }
    }
}

/**
 * A row-major matrix whose rows are the lanes: A as it is, or B transposed. A lane is the index of its row; 32 bits hold
 * that, because a buffer has fewer than 2³¹ elements, and save a thread with eight lanes eight registers.
 */
struct RowsOf {
    static constexpr bool ALONG_K = true;
    static constexpr unsigned OUTSIDE = ~0u;
    const float* matrix;
    unsigned lanes, depth;

    typedef unsigned Lane;
    typedef unsigned Step;

    INLINE Lane lane(unsigned i) const { return i < lanes ? i * depth : OUTSIDE; }
    INLINE Step step(unsigned k) const { return k; }
    INLINE float value(Lane lane, Step k) const { return lane == OUTSIDE ? 0 : matrix[lane + k]; }
};

/** A row-major matrix whose columns are the lanes: B as it is, or A transposed. */
struct ColumnsOf {
    static constexpr bool ALONG_K = false;
    const float* matrix;
    unsigned lanes, depth;

    typedef unsigned Lane;
    typedef const float* Step;

    INLINE Lane lane(unsigned i) const { return i; }
    INLINE Step step(unsigned k) const { return matrix + static_cast<size_t>(k) * lanes; }
    INLINE float value(Lane lane, Step row) const { return lane < lanes ? row[lane] : 0; }
};

/** C = sum + bias, or C += sum. */
struct Into {
    float* matrix;
    unsigned rows, cols;
    const float* bias; // of every column, or null
    bool accumulate;

    INLINE void take(unsigned m, unsigned n, Pack<4> sum) const {
        if (m >= rows || n >= cols) {
            return;
        }
        float* at = matrix + static_cast<size_t>(m) * cols + n;
        if (cols % 4 == 0) { // then n + 3 is a column too, and four elements are at a multiple of 16 bytes
            put(Width<4>(), at, n, sum);
        } else {
            for (int k = 0; k < 4 && n + k < cols; k++) {
                put(Width<1>(), at + k, n + k, {sum[k]});
            }
        }
    }

    template <class W> INLINE void put(W width, float* at, unsigned n, Pack<W::size> sum) const {
        Pack<W::size> add = {};
        if (accumulate) {
            add = load(width, at, 0);
        } else if (bias) {
            add = load(width, bias, n);
        }
        for (int k = 0; k < W::size; k++) {
            sum[k] += add[k];
        }
        store(width, at, 0, sum);
    }
};

// Matrix products: C = op(A)·op(B) + 1·bᵀ, or C += op(A)·op(B), where op may transpose. Row-major.
//
// op(A) is m × k, op(B) is k × n. Must move m·k + k·n + m·n floats; a tile of M × N reads m·k·n·(1/M + 1/N) of A and B.
// Used without cuBLAS. A ladder of four; op in the names of rungs 3 and 4: n as it is, t transposed.
#include "product.cuh"

/**
 * Rung 1: one thread per element, ⌈n/256⌉ × m blocks; op(A) = A, op(B) = B.
 * Each of 2·m·n·k operands is read from memory for one product.
 * The loop waits for memory: four bytes per multiply-add, where a GPU could do many multiply-adds in the time of four bytes.
 */
KERNEL sgemm_naive(unsigned m, unsigned n, unsigned k, const float* a, const float* b, float* c) {
    unsigned i = blockIdx.y;
    unsigned j = threadIndex();
    if (j < n) {
        float sum = 0;
        for (unsigned p = 0; p < k; p++) {
            sum += a[static_cast<size_t>(i) * k + p] * b[static_cast<size_t>(p) * n + j];
        }
        c[static_cast<size_t>(i) * n + j] = sum;
    }
}

/**
 * Rung 2: tiles of 16 × 16 in shared memory, one thread per element, ⌈n/16⌉ × ⌈m/16⌉ blocks.
 * An element read from memory now serves 16 products.
 * But every product still reads both operands from shared memory, which delivers a third of what the multipliers need.
 */
KERNEL sgemm_shared(unsigned m, unsigned n, unsigned k, const float* a, const float* b, float* c) {
    __shared__ float tileA[16][16];
    __shared__ float tileB[16][16];
    unsigned tx = threadIdx.x % 16, ty = threadIdx.x / 16;
    unsigned i = blockIdx.y * 16 + ty, j = blockIdx.x * 16 + tx;
    float sum = 0;
    for (unsigned p = 0; p < k; p += 16) {
        tileA[ty][tx] = i < m && p + tx < k ? a[static_cast<size_t>(i) * k + p + tx] : 0;
        tileB[ty][tx] = p + ty < k && j < n ? b[static_cast<size_t>(p + ty) * n + j] : 0;
        __syncthreads();
        for (int q = 0; q < 16; q++) {
            sum += tileA[ty][q] * tileB[q][tx];
        }
        __syncthreads();
    }
    if (i < m && j < n) {
        c[static_cast<size_t>(i) * n + j] = sum;
    }
}

/**
 * Rung 3: tiles of 32 × 32, 4 × 4 elements per thread in registers: 64 threads. See product.cuh.
 * An operand in a register serves four products, and the next tile is fetched while one is multiplied.
 * For small matrices, where larger tiles would leave most of the device without work.
 *
 * Rung 4: tiles of 128 × 128, 8 × 8 elements per thread: 256 threads.
 * An operand from memory serves 128 products, one from shared memory 8: the multipliers are the limit.
 * 64 sums, 16 operands and what is being fetched fill the registers: two blocks fit on a multiprocessor.
 *
 * Grid of both: ⌈m/M⌉ × ⌈n/N⌉.
 */
#define SGEMM(op, SourceA, SourceB)                                                                                    \
    extern "C" __global__ void __launch_bounds__(64) sgemm_32_##op(                                                    \
            unsigned m, unsigned n, unsigned k, const float* a, const float* b, const float* bias, int add, float* c) { \
        product<Tile<32, 32, 4, 4>>(SourceA{a, m, k}, SourceB{b, n, k}, Into{c, m, n, bias, add != 0}, 0, k);          \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(256, 2) sgemm_128_##op(                                               \
            unsigned m, unsigned n, unsigned k, const float* a, const float* b, const float* bias, int add, float* c) { \
        product<Tile<128, 128, 8, 8>>(SourceA{a, m, k}, SourceB{b, n, k}, Into{c, m, n, bias, add != 0}, 0, k);        \
    }

SGEMM(nn, RowsOf, ColumnsOf)
SGEMM(nt, RowsOf, RowsOf)
SGEMM(tn, ColumnsOf, ColumnsOf)
SGEMM(tt, ColumnsOf, RowsOf)

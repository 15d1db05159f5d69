package chainrule.cuda;

import chainrule.backend.Buffer;
import chainrule.backend.Scope;
import chainrule.backend.Target;
import chainrule.cuda.CudaBinding.Grid;

import java.util.List;

/**
 * The three ladders from the naive kernel to the one in use, rung by rung on one shape, so that each step of sgemm.cu,
 * softmax.cu and columns.cu can be seen in what it moves and how many threads it has.
 */
final class Ladders {
    private final CudaBackend k;
    private final KernelCounter counter;

    Ladders(CudaBackend k, KernelCounter counter) {
        this.k = k;
        this.counter = counter;
    }

    /** @param side of the matrices that are multiplied */
    void count(int side) {
        counter.family("ladder: matrix product");
        counter.because("the larger a block's tile, the more products use each value read");
        products(side);
        counter.family("ladder: softmax");
        counter.because("rungs 1 and 2 read a row more than once; rung 1 gives each thread a whole row");
        softmax(64, 1000);
        counter.family("ladder: column sums");
        columnSums(16_384, 32);
    }

    private void products(int n) {
        String shape = n + " × " + n + " × " + n;
        try (Scope _ = k.openScope("operands")) {
            Buffer a = k.zeros(n * n, "a");
            Buffer b = k.zeros(n * n, "b");
            Buffer c = k.zeros(n * n, "c");
            for (Kernel rung : List.of(Kernel.SGEMM_NAIVE, Kernel.SGEMM_SHARED)) {
                counter.count(rung.entry(), shape, 3.0 * n * n, k -> product(k, rung, n, n, n, a, b, c));
            }
            for (boolean large : new boolean[] {false, true}) {
                String name = (large ? Kernel.SGEMM_128_NN : Kernel.SGEMM_32_NN).entry();
                counter.count(
                        name, shape, 3.0 * n * n, k -> k.sgemm(large, false, false, n, n, n, a, b, null, false, c));
            }
        }
    }

    private void softmax(int rows, int cols) {
        String shape = rows + " × " + cols;
        try (Scope _ = k.openScope("operands")) {
            Buffer x = k.zeros(rows * cols, "x");
            Buffer y = k.zeros(rows * cols, "y");
            for (Kernel rung : List.of(Kernel.SOFTMAX_NAIVE, Kernel.SOFTMAX_WARP, Kernel.SOFTMAX_ROW)) {
                counter.count(rung.entry(), shape, 2.0 * rows * cols, k -> softmax(k, rung, rows, cols, x, y));
            }
        }
    }

    private void columnSums(int rows, int cols) {
        String shape = rows + " × " + cols;
        double needed = (double) rows * cols + 2 * cols;
        try (Scope _ = k.openScope("operands")) {
            Buffer x = k.zeros(rows * cols, "x");
            Buffer sums = k.zeros(cols, "sums");
            for (Kernel rung : List.of(Kernel.COLUMN_SUMS_NAIVE, Kernel.COLUMN_SUMS_TILE)) {
                counter.count(rung.entry(), shape, needed, k -> columnSums(k, rung, rows, cols, x, sums));
            }
            counter.count(
                    Kernel.COLUMN_SUMS.entry(), shape, needed, k -> k.addRowGradient(rows, cols, x, Target.add(sums)));
        }
    }

    /** C = A·B by one of the first two rungs. */
    static void product(CudaBackend k, Kernel rung, int m, int n, int depth, Buffer a, Buffer b, Buffer c) {
        Grid grid =
                rung == Kernel.SGEMM_NAIVE
                        ? new Grid(Math.ceilDiv(n, Launcher.BLOCK), m, 1)
                        : new Grid(Math.ceilDiv(n, 16), Math.ceilDiv(m, 16), 1);
        k.on(rung, m, n, depth).i32(m).i32(n).i32(depth).buffers(a, b, c).grid(grid, Launcher.BLOCK, 0);
    }

    /** y = softmax of the rows of x by one of the first three rungs. */
    static void softmax(CudaBackend k, Kernel rung, int rows, int cols, Buffer x, Buffer y) {
        if (rung == Kernel.SOFTMAX_ROW) {
            k.on(rung, rows, cols).i32(cols).buffers(x, y).grid(new Grid(rows, 1, 1), CudaLosses.ROW_THREADS, 4 * cols);
        } else {
            int blocks = Math.ceilDiv(rows, rung == Kernel.SOFTMAX_NAIVE ? Launcher.BLOCK : CudaLosses.WARP_ROWS);
            k.on(rung, rows, cols).i32(rows).i32(cols).buffers(x, y).blocks(blocks);
        }
    }

    /** sums += Σ over the rows of x by one of the first two rungs. */
    static void columnSums(CudaBackend k, Kernel rung, int rows, int cols, Buffer x, Buffer sums) {
        int blocks = Math.ceilDiv(cols, rung == Kernel.COLUMN_SUMS_NAIVE ? Launcher.BLOCK : 32);
        k.on(rung, rows, cols).i32(rows).i32(cols).buffers(x, sums).blocks(blocks);
    }
}

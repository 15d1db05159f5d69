package chainrule.cuda;

import chainrule.backend.Matrix;
import chainrule.backend.Scope;
import chainrule.cuda.CudaBinding.Grid;

import java.util.List;

/**
 * The three ladders from the naive kernel to the one in use, rung by rung on one shape: they show for each step of sgemm.cu,
 * softmax.cu and columns.cu what it moves and how many threads it has.
 */
final class Ladders {
    private final CudaBackend backend;
    private final KernelCounter counter;

    Ladders(CudaBackend backend, KernelCounter counter) {
        this.backend = backend;
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

    private Matrix zeros(int rows, int cols, String label) {
        return Matrix.of(backend.zeros(rows * cols, label), rows, cols);
    }

    private void products(int n) {
        String shape = n + " × " + n + " × " + n;
        long needed = 3L * n * n;
        try (Scope _ = backend.openScope("operands")) {
            Matrix a = zeros(n, n, "A");
            Matrix b = zeros(n, n, "B");
            Matrix c = zeros(n, n, "C");
            for (Kernel rung : List.of(Kernel.SGEMM_NAIVE, Kernel.SGEMM_SHARED)) {
                counter.count(rung.entry(), shape, needed, () -> product(backend.stream(), rung, a, b, c));
            }
            for (boolean large : new boolean[] {false, true}) {
                String name = (large ? Kernel.SGEMM_128_NN : Kernel.SGEMM_32_NN).entry();
                counter.count(name, shape, needed, () -> backend.matrices().sgemm(large, a, b, null, c));
            }
        }
    }

    private void softmax(int rows, int cols) {
        String shape = rows + " × " + cols;
        try (Scope _ = backend.openScope("operands")) {
            Matrix x = zeros(rows, cols, "x");
            Matrix y = zeros(rows, cols, "y");
            for (Kernel rung : List.of(Kernel.SOFTMAX_NAIVE, Kernel.SOFTMAX_WARP, Kernel.SOFTMAX_ROW)) {
                counter.count(rung.entry(), shape, 2L * rows * cols, () -> softmax(backend.stream(), rung, x, y));
            }
        }
    }

    private void columnSums(int rows, int cols) {
        String shape = rows + " × " + cols;
        long needed = (long) rows * cols + 2 * cols;
        try (Scope _ = backend.openScope("operands")) {
            Matrix x = zeros(rows, cols, "x");
            Matrix sums = zeros(1, cols, "sums");
            for (Kernel rung : List.of(Kernel.COLUMN_SUMS_NAIVE, Kernel.COLUMN_SUMS_TILE)) {
                counter.count(rung.entry(), shape, needed, () -> columnSums(backend.stream(), rung, x, sums));
            }
            counter.count(Kernel.COLUMN_SUMS.entry(), shape, needed, () -> backend.columnSums(x, sums.sum()));
        }
    }

    /** C = A·B by one of the first two rungs. */
    static void product(CudaStream stream, Kernel rung, Matrix a, Matrix b, Matrix c) {
        int m = c.rows();
        int n = c.cols();
        int k = a.cols();
        Grid grid =
                rung == Kernel.SGEMM_NAIVE
                        ? new Grid(Math.ceilDiv(n, Launcher.BLOCK), m, 1)
                        : new Grid(Math.ceilDiv(n, 16), Math.ceilDiv(m, 16), 1);
        stream.on(rung, m, n, k).i32(m).i32(n).i32(k).buffers(a, b, c).grid(grid, Launcher.BLOCK, 0);
    }

    /** y = softmax of the rows of x by one of the first three rungs. */
    static void softmax(CudaStream stream, Kernel rung, Matrix x, Matrix y) {
        int rows = x.rows();
        int cols = x.cols();
        if (rung == Kernel.SOFTMAX_ROW) {
            stream.on(rung, rows, cols)
                    .i32(cols)
                    .buffers(x, y)
                    .grid(new Grid(rows, 1, 1), CudaLosses.ROW_THREADS, 4 * cols);
        } else {
            int blocks = Math.ceilDiv(rows, rung == Kernel.SOFTMAX_NAIVE ? Launcher.BLOCK : CudaLosses.WARP_ROWS);
            stream.on(rung, rows, cols).i32(rows).i32(cols).buffers(x, y).blocks(blocks);
        }
    }

    /** sums += Σ over the rows of x by one of the first two rungs. */
    static void columnSums(CudaStream stream, Kernel rung, Matrix x, Matrix sums) {
        int blocks = Math.ceilDiv(x.cols(), rung == Kernel.COLUMN_SUMS_NAIVE ? Launcher.BLOCK : 32);
        stream.on(rung, x.rows(), x.cols()).i32(x.rows()).i32(x.cols()).buffers(x, sums).blocks(blocks);
    }
}

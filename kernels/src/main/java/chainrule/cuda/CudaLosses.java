package chainrule.cuda;

import chainrule.backend.LossPrimitives;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.cuda.CudaBinding.Grid;

/** Softmax, the losses and counting matches: softmax.cu, crossentropy.cu, losses.cu. */
final class CudaLosses implements LossPrimitives {
    /** The most columns with which a block takes whole rows into shared memory, one thread per row. */
    private static final int TILE_COLS = 32;

    /** Rows and threads of such a block. */
    private static final int TILE_ROWS = 64;

    /** Rows of a block with one warp per row. */
    static final int WARP_ROWS = 8;

    /** Threads of a block that shares a row. */
    static final int ROW_THREADS = 128;

    /** Floats that fit into shared memory in addition to what the kernels declare. */
    private static final int SHARED_FLOATS = 12_000;

    private final CudaStream stream;

    CudaLosses(CudaStream stream) {
        this.stream = stream;
    }

    @Override
    public void softmax(Matrix x, Matrix y) {
        int rows = x.rows();
        int cols = x.cols();
        if (cols <= TILE_COLS) {
            stream.on(Kernel.SOFTMAX_TILE, rows, cols)
                    .i32(rows)
                    .i32(cols)
                    .buffers(x, y)
                    .grid(tiles(rows), TILE_ROWS, 0);
        } else if (cols <= SHARED_FLOATS) {
            stream.on(Kernel.SOFTMAX_ROW, rows, cols)
                    .i32(cols)
                    .buffers(x, y)
                    .grid(new Grid(rows, 1, 1), ROW_THREADS, 4 * cols);
        } else {
            stream.on(Kernel.SOFTMAX_WARP, rows, cols).i32(rows).i32(cols).buffers(x, y).blocks(warps(rows));
        }
    }

    @Override
    public void softmaxGradient(Matrix y, Matrix dy, Matrix dx) {
        int rows = y.rows();
        int cols = y.cols();
        Buffer sum = stream.toAddTo(dx);
        if (cols <= TILE_COLS) {
            stream.on(Kernel.SOFTMAX_GRADIENT_TILE, rows, cols)
                    .i32(rows)
                    .i32(cols)
                    .buffers(y, dy, sum)
                    .grid(tiles(rows), TILE_ROWS, 0);
        } else if (2 * cols <= SHARED_FLOATS) {
            stream.on(Kernel.SOFTMAX_GRADIENT_ROW, rows, cols)
                    .i32(cols)
                    .buffers(y, dy, sum)
                    .grid(new Grid(rows, 1, 1), ROW_THREADS, 8 * cols);
        } else {
            stream.on(Kernel.SOFTMAX_GRADIENT_WARP, rows, cols)
                    .i32(rows)
                    .i32(cols)
                    .buffers(y, dy, sum)
                    .blocks(warps(rows));
        }
    }

    @Override
    public void softmaxCrossEntropy(Matrix logits, Matrix target, Matrix loss) {
        overRows(
                Kernel.SOFTMAX_CROSS_ENTROPY_TILE,
                Kernel.SOFTMAX_CROSS_ENTROPY_WARP,
                logits,
                target,
                1.0 / logits.rows(),
                loss);
    }

    @Override
    public void matches(Matrix output, Matrix target, Matrix count) {
        overRows(Kernel.MATCHES_TILE, Kernel.MATCHES_WARP, output, target, 1, count);
    }

    /** A sum over all rows of two matrices. */
    private void overRows(Kernel tile, Kernel warp, Matrix a, Matrix b, double factor, Matrix result) {
        int rows = a.rows();
        int cols = a.cols();
        boolean tiled = cols <= TILE_COLS;
        int blocks = tiled ? tiles(rows).x() : warps(rows);
        Buffer partial = blocks == 1 ? null : stream.doubles(blocks);
        stream.on(tiled ? tile : warp, rows, cols)
                .i32(rows)
                .i32(cols)
                .buffers(a, b, partial, result)
                .grid(new Grid(blocks, 1, 1), tiled ? TILE_ROWS : Launcher.BLOCK, 0);
        finish(blocks, factor, partial, result);
    }

    @Override
    public void softmaxCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits) {
        int rows = logits.rows();
        int cols = logits.cols();
        boolean tiled = cols <= TILE_COLS;
        stream.on(
                        tiled ? Kernel.SOFTMAX_CROSS_ENTROPY_GRADIENT_TILE : Kernel.SOFTMAX_CROSS_ENTROPY_GRADIENT_WARP,
                        rows,
                        cols)
                .i32(rows)
                .i32(cols)
                .buffers(logits, target, dloss, stream.toAddTo(dlogits))
                .grid(tiled ? tiles(rows) : new Grid(warps(rows), 1, 1), tiled ? TILE_ROWS : Launcher.BLOCK, 0);
    }

    private static Grid tiles(int rows) {
        return new Grid(Math.ceilDiv(rows, TILE_ROWS), 1, 1);
    }

    private static int warps(int rows) {
        return Math.ceilDiv(rows, WARP_ROWS);
    }

    @Override
    public void binaryCrossEntropy(Matrix logits, Matrix target, Matrix loss) {
        overAll(Kernel.BINARY_CROSS_ENTROPY, 1.0 / logits.elements(), logits, target, loss);
    }

    @Override
    public void binaryCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits) {
        int n = logits.elements();
        stream.on(Kernel.BINARY_CROSS_ENTROPY_GRADIENT, n)
                .i32(n)
                .buffers(logits, target, dloss, stream.toAddTo(dlogits))
                .elements(n);
    }

    @Override
    public void squaredError(double factor, Matrix x, Matrix target, Matrix loss) {
        overAll(Kernel.SQUARED_ERROR, factor, x, target, loss);
    }

    @Override
    public void squaredErrorGradient(double factor, Matrix x, Matrix target, Matrix dloss, Matrix dx) {
        int n = x.elements();
        stream.on(Kernel.SQUARED_ERROR_GRADIENT, n)
                .i32(n)
                .f64(factor)
                .buffers(x, target, dloss, stream.toAddTo(dx))
                .elements(n);
    }

    /** A sum over the elements of two operands. */
    private void overAll(Kernel kernel, double factor, Matrix a, Matrix b, Matrix result) {
        int n = a.elements();
        int blocks = Launcher.blocksOfASum(n);
        Buffer partial = blocks == 1 ? null : stream.doubles(blocks);
        stream.on(kernel, n).i32(n).f64(factor).buffers(a, b, partial, result).blocks(blocks);
        finish(blocks, factor, partial, result);
    }

    /** Finishes a sum that several blocks left in {@code partial}: result = factor · Σ. One block has finished its own. */
    private void finish(int blocks, double factor, Buffer partial, Matrix result) {
        if (partial != null) {
            stream.on(Kernel.SUM_FINISH, blocks).i32(blocks).f64(factor).buffers(partial, result).blocks(1);
            partial.close();
        }
    }
}

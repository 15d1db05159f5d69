package chainrule.cuda;

import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.cuda.CudaBinding.Grid;

/** Softmax, the losses and counting matches: softmax.cu, crossentropy.cu, losses.cu. */
interface CudaLosses extends CudaHost {
    /** Columns up to which a block takes whole rows into shared memory, a thread a row. */
    int TILE_COLS = 32;

    /** Rows and threads of such a block. */
    int TILE_ROWS = 64;

    /** Rows of a block that gives each a warp. */
    int WARP_ROWS = 8;

    /** Threads of a block that shares a row. */
    int ROW_THREADS = 128;

    /** Floats that fit into shared memory beside what the kernels declare themselves. */
    int SHARED_FLOATS = 12_000;

    @Override
    default void softmax(int rows, int cols, Buffer x, Buffer y) {
        if (cols <= TILE_COLS) {
            on(Kernel.SOFTMAX_TILE, rows, cols).i32(rows).i32(cols).buffers(x, y).grid(tiles(rows), TILE_ROWS, 0);
        } else if (cols <= SHARED_FLOATS) {
            on(Kernel.SOFTMAX_ROW, rows, cols)
                    .i32(cols)
                    .buffers(x, y)
                    .grid(new Grid(rows, 1, 1), ROW_THREADS, 4 * cols);
        } else {
            on(Kernel.SOFTMAX_WARP, rows, cols).i32(rows).i32(cols).buffers(x, y).blocks(warps(rows));
        }
    }

    @Override
    default void softmaxGradient(int rows, int cols, Buffer y, Buffer dy, Target dx) {
        Buffer sum = dx.toAddTo(this);
        if (cols <= TILE_COLS) {
            on(Kernel.SOFTMAX_GRADIENT_TILE, rows, cols)
                    .i32(rows)
                    .i32(cols)
                    .buffers(y, dy, sum)
                    .grid(tiles(rows), TILE_ROWS, 0);
        } else if (2 * cols <= SHARED_FLOATS) {
            on(Kernel.SOFTMAX_GRADIENT_ROW, rows, cols)
                    .i32(cols)
                    .buffers(y, dy, sum)
                    .grid(new Grid(rows, 1, 1), ROW_THREADS, 8 * cols);
        } else {
            on(Kernel.SOFTMAX_GRADIENT_WARP, rows, cols).i32(rows).i32(cols).buffers(y, dy, sum).blocks(warps(rows));
        }
    }

    @Override
    default void softmaxCrossEntropy(int rows, int cols, Buffer logits, Buffer target, Buffer loss) {
        overRows(
                Kernel.SOFTMAX_CROSS_ENTROPY_TILE,
                Kernel.SOFTMAX_CROSS_ENTROPY_WARP,
                rows,
                cols,
                logits,
                target,
                1.0 / rows,
                loss);
    }

    @Override
    default void matches(int rows, int cols, Buffer output, Buffer target, Buffer count) {
        overRows(Kernel.MATCHES_TILE, Kernel.MATCHES_WARP, rows, cols, output, target, 1, count);
    }

    /** A sum over all rows of two matrices. */
    private void overRows(
            Kernel tile, Kernel warp, int rows, int cols, Buffer a, Buffer b, double factor, Buffer result) {
        boolean tiled = cols <= TILE_COLS;
        int blocks = tiled ? tiles(rows).x() : warps(rows);
        Buffer partial = blocks == 1 ? null : doubles(blocks);
        on(tiled ? tile : warp, rows, cols)
                .i32(rows)
                .i32(cols)
                .buffers(a, b, partial, result)
                .grid(new Grid(blocks, 1, 1), tiled ? TILE_ROWS : Launcher.BLOCK, 0);
        finishSum(blocks, factor, partial, result);
        CudaHost.close(partial);
    }

    @Override
    default void softmaxCrossEntropyGradient(
            int rows, int cols, Buffer logits, Buffer target, Buffer dloss, Target dlogits) {
        boolean tiled = cols <= TILE_COLS;
        on(tiled ? Kernel.SOFTMAX_CROSS_ENTROPY_GRADIENT_TILE : Kernel.SOFTMAX_CROSS_ENTROPY_GRADIENT_WARP, rows, cols)
                .i32(rows)
                .i32(cols)
                .buffers(logits, target, dloss, dlogits.toAddTo(this))
                .grid(tiled ? tiles(rows) : new Grid(warps(rows), 1, 1), tiled ? TILE_ROWS : Launcher.BLOCK, 0);
    }

    private static Grid tiles(int rows) {
        return new Grid(Math.ceilDiv(rows, TILE_ROWS), 1, 1);
    }

    private static int warps(int rows) {
        return Math.ceilDiv(rows, WARP_ROWS);
    }

    @Override
    default void binaryCrossEntropy(Buffer logits, Buffer target, Buffer loss) {
        overAll(Kernel.BINARY_CROSS_ENTROPY, 1.0 / logits.length(), logits, target, loss);
    }

    @Override
    default void binaryCrossEntropyGradient(Buffer logits, Buffer target, Buffer dloss, Target dlogits) {
        int n = logits.length();
        on(Kernel.BINARY_CROSS_ENTROPY_GRADIENT, n)
                .i32(n)
                .buffers(logits, target, dloss, dlogits.toAddTo(this))
                .elements(n);
    }

    @Override
    default void squaredError(double factor, Buffer x, Buffer target, Buffer loss) {
        overAll(Kernel.SQUARED_ERROR, factor, x, target, loss);
    }

    @Override
    default void squaredErrorGradient(double factor, Buffer x, Buffer target, Buffer dloss, Target dx) {
        int n = x.length();
        on(Kernel.SQUARED_ERROR_GRADIENT, n).i32(n).f64(factor).buffers(x, target, dloss, dx.toAddTo(this)).elements(n);
    }

    /** A sum over all numbers of two buffers. */
    private void overAll(Kernel kernel, double factor, Buffer a, Buffer b, Buffer result) {
        int n = a.length();
        int blocks = CudaHost.blocksFor(n);
        Buffer partial = blocks == 1 ? null : doubles(blocks);
        on(kernel, n).i32(n).f64(factor).buffers(a, b, partial, result).blocks(blocks);
        finishSum(blocks, factor, partial, result);
        CudaHost.close(partial);
    }
}

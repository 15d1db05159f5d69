package chainrule.cuda;

import chainrule.backend.ImagePrimitives;
import chainrule.backend.Images;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Sizes;
import chainrule.backend.Window;
import chainrule.cuda.CudaBinding.Grid;

/** Convolution and pooling: convolution.cu, im2col.cu, pooling.cu. */
final class CudaImages implements ImagePrimitives {
    /** The number of tiles of 128 rows that keep a device busy; with fewer, smaller tiles distribute the work better. */
    private static final int LARGE_TILES = 32;

    /** The number of blocks that share a weight gradient, whose result is small and whose sum is long. */
    private static final int SPLIT_BLOCKS = 512;

    /** The fewest output pixels of a split. */
    private static final int SPLIT_PIXELS = 256;

    private final CudaStream stream;

    CudaImages(CudaStream stream) {
        this.stream = stream;
    }

    /** The tiles of product.cuh in which the convolutions are compiled. */
    enum Tile {
        WIDE(128, 64, 128, "128X64"),
        NARROW(128, 32, 128, "128X32"),
        SMALL(32, 32, 64, "32X32");

        private final int rows;
        private final int cols;
        private final int threads;
        private final String suffix;

        Tile(int rows, int cols, int threads, String suffix) {
            this.rows = rows;
            this.cols = cols;
            this.threads = threads;
            this.suffix = suffix;
        }

        static Tile of(int rows, int cols) {
            Tile large = cols > NARROW.cols ? WIDE : NARROW;
            return Math.ceilDiv(rows, large.rows) * Math.ceilDiv(cols, large.cols) >= LARGE_TILES ? large : SMALL;
        }

        /** For a weight gradient: its result is small, and its sum is split. */
        static Tile ofGradient(int rows, int cols) {
            return rows < NARROW.rows ? SMALL : cols > NARROW.cols ? WIDE : NARROW;
        }

        Grid grid(int height, int width, int splits) {
            return new Grid(Math.ceilDiv(height, rows), Math.ceilDiv(width, cols), splits);
        }

        Kernel kernel(String name) {
            return Kernel.valueOf(name + "_" + suffix);
        }
    }

    @Override
    public void im2col(Window w, Images x, Matrix columns) {
        Geometry g = new Geometry(w, x.count());
        on(Kernel.IM2COL, g).buffers(x, columns).threads(g.threads(g.outputPixels() * g.taps()));
    }

    @Override
    public void im2colGradient(Window w, Matrix columns, Matrix dx) {
        Geometry g = new Geometry(w, columns.rows() / w.outputPixels());
        on(Kernel.IM2COL_GRADIENT, g).buffers(columns, stream.toAddTo(dx)).threads(g.threads(g.inputPixels()));
    }

    @Override
    public void convolution(Window w, Images x, Matrix weight, Matrix bias, Images y) {
        convolution(Tile.of(y.rows(), y.channels()), w, x, weight, bias, y);
    }

    /** With tiles of this size. */
    void convolution(Tile tile, Window w, Images x, Matrix weight, Matrix bias, Images y) {
        Geometry g = new Geometry(w, x.count());
        int filters = y.channels();
        stream.on(tile.kernel("CONVOLUTION"), g.shape(filters))
                .geometry(g)
                .divisor(Divisor.of(w.channels()))
                .i32(filters)
                .buffers(x, weight, bias, y)
                .grid(tile.grid(g.outputPixels(), filters, 1), tile.threads, 0);
    }

    @Override
    public void convolutionInputGradient(Window w, Images dy, Matrix weight, Matrix dx) {
        convolutionInputGradient(Tile.of(dx.rows(), dx.cols()), w, dy, weight, dx);
    }

    /** With tiles of this size. */
    void convolutionInputGradient(Tile tile, Window w, Images dy, Matrix weight, Matrix dx) {
        Geometry g = new Geometry(w, dy.count());
        int filters = dy.channels();
        stream.on(tile.kernel("CONVOLUTION_INPUT_GRADIENT"), g.shape(filters))
                .geometry(g)
                .divisor(Divisor.of(filters))
                .buffers(dy, weight, stream.toAddTo(dx))
                .grid(tile.grid(g.inputPixels(), w.channels(), 1), tile.threads, 0);
    }

    @Override
    public void convolutionWeightGradient(Window w, Images x, Images dy, Matrix dweight) {
        convolutionWeightGradient(Tile.ofGradient(dweight.rows(), dweight.cols()), w, x, dy, dweight);
    }

    /** With tiles of this size. */
    void convolutionWeightGradient(Tile tile, Window w, Images x, Images dy, Matrix dweight) {
        Geometry g = new Geometry(w, x.count());
        int filters = dy.channels();
        int weights = dweight.elements();
        int pixels = g.outputPixels();
        Grid tiles = tile.grid(w.patchSize(), filters, 1);
        int wanted = Math.max(1, SPLIT_BLOCKS / (tiles.x() * tiles.y()));
        int pixelsPerSplit = Math.max(SPLIT_PIXELS, Math.ceilDiv(pixels, wanted));
        int splits = Math.ceilDiv(pixels, pixelsPerSplit);
        Buffer sum = stream.toAddTo(dweight);
        Buffer partial =
                splits == 1
                        ? null
                        : stream.floats(
                                Sizes.product("partial weight gradients", splits, weights), "partial weight gradients");
        stream.on(tile.kernel("CONVOLUTION_WEIGHT_GRADIENT"), g.shape(filters))
                .geometry(g)
                .divisor(Divisor.of(w.channels()))
                .i32(filters)
                .i32(pixelsPerSplit)
                .buffers(x, dy, partial, sum)
                .grid(new Grid(tiles.x(), tiles.y(), splits), tile.threads, 0);
        if (partial != null) {
            stream.on(Kernel.CONVOLUTION_WEIGHT_FINISH, weights, splits)
                    .i32(weights)
                    .i32(splits)
                    .buffers(partial, sum)
                    .elements(weights);
            partial.close();
        }
    }

    @Override
    public void maxPool(Window w, Images x, Images y) {
        Geometry g = new Geometry(w, x.count());
        on(Kernel.MAX_POOL, g).buffers(x, y).threads(g.threads(g.outputPixels()));
    }

    @Override
    public void maxPoolGradient(Window w, Images x, Images y, Images dy, Matrix dx) {
        Buffer sum = stream.toAddTo(dx);
        Geometry g = new Geometry(w, x.count());
        if (g.disjoint()) {
            on(Kernel.MAX_POOL_GRADIENT_DISJOINT, g).buffers(x, y, dy, sum).threads(g.threads(g.outputPixels()));
        } else {
            on(Kernel.MAX_POOL_GRADIENT, g).buffers(x, y, dy, sum).threads(g.threads(g.inputPixels()));
        }
    }

    @Override
    public void averagePool(Window w, Images x, Images y) {
        Geometry g = new Geometry(w, x.count());
        on(Kernel.AVERAGE_POOL, g).buffers(x, y).threads(g.threads(g.outputPixels()));
    }

    @Override
    public void averagePoolGradient(Window w, Images dy, Matrix dx) {
        Buffer sum = stream.toAddTo(dx);
        Geometry g = new Geometry(w, dy.count());
        if (g.disjoint()) {
            on(Kernel.AVERAGE_POOL_GRADIENT_DISJOINT, g).buffers(dy, sum).threads(g.threads(g.outputPixels()));
        } else {
            on(Kernel.AVERAGE_POOL_GRADIENT, g).buffers(dy, sum).threads(g.threads(g.inputPixels()));
        }
    }

    /** Names a kernel whose only arguments other than buffers are the geometry. */
    private Launcher on(Kernel kernel, Geometry g) {
        return stream.on(kernel, g.shape()).geometry(g);
    }
}

package chainrule.cuda;

import chainrule.backend.Buffer;
import chainrule.backend.Sizes;
import chainrule.backend.Target;
import chainrule.backend.Window;
import chainrule.cuda.CudaBinding.Grid;

/** Convolution and pooling: convolution.cu, im2col.cu, pooling.cu. */
interface CudaImages extends CudaHost {
    /** Tiles of 128 rows that keep a device busy; with fewer, smaller tiles spread the work better. */
    int LARGE_TILES = 32;

    /** Blocks that a weight gradient is split into, its result being small and its sum long. */
    int SPLIT_BLOCKS = 512;

    /** The least output pixels of a split. */
    int SPLIT_PIXELS = 256;

    /** The tiles of product.cuh that the convolutions come in. */
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

        /** For a result that is small anyway, whose sum is split. */
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
    default void im2col(Window w, int images, Buffer x, Buffer columns) {
        Geometry g = new Geometry(w, images);
        on(Kernel.IM2COL, images, w.height(), w.width(), w.channels())
                .geometry(g)
                .buffers(x, columns)
                .threads(g.threads(g.outputPixels() * g.taps()));
    }

    @Override
    default void im2colGradient(Window w, int images, Buffer columns, Target dx) {
        Geometry g = new Geometry(w, images);
        on(Kernel.IM2COL_GRADIENT, images, w.height(), w.width(), w.channels())
                .geometry(g)
                .buffers(columns, dx.toAddTo(this))
                .threads(g.threads(g.inputPixels()));
    }

    @Override
    default void convolution(Window w, int images, int filters, Buffer x, Buffer weight, Buffer bias, Buffer y) {
        convolution(Tile.of(w.outputPixels(images), filters), w, images, filters, x, weight, bias, y);
    }

    /** With tiles of this size. */
    default void convolution(
            Tile tile, Window w, int images, int filters, Buffer x, Buffer weight, Buffer bias, Buffer y) {
        Geometry g = new Geometry(w, images);
        on(tile.kernel("CONVOLUTION"), images, w.height(), w.width(), w.channels(), filters)
                .geometry(g)
                .divisor(Divisor.of(w.channels()))
                .i32(filters)
                .buffers(x, weight, bias, y)
                .grid(tile.grid(g.outputPixels(), filters, 1), tile.threads, 0);
    }

    @Override
    default void convolutionInputGradient(Window w, int images, int filters, Buffer dy, Buffer weight, Target dx) {
        Tile tile = Tile.of(images * w.height() * w.width(), w.channels());
        convolutionInputGradient(tile, w, images, filters, dy, weight, dx);
    }

    /** With tiles of this size. */
    default void convolutionInputGradient(
            Tile tile, Window w, int images, int filters, Buffer dy, Buffer weight, Target dx) {
        Geometry g = new Geometry(w, images);
        on(tile.kernel("CONVOLUTION_INPUT_GRADIENT"), images, w.height(), w.width(), w.channels(), filters)
                .geometry(g)
                .divisor(Divisor.of(filters))
                .buffers(dy, weight, dx.toAddTo(this))
                .grid(tile.grid(g.inputPixels(), w.channels(), 1), tile.threads, 0);
    }

    @Override
    default void convolutionWeightGradient(Window w, int images, int filters, Buffer x, Buffer dy, Target dweight) {
        convolutionWeightGradient(Tile.ofGradient(w.patchSize(), filters), w, images, filters, x, dy, dweight);
    }

    /** With tiles of this size. */
    default void convolutionWeightGradient(
            Tile tile, Window w, int images, int filters, Buffer x, Buffer dy, Target dweight) {
        Geometry g = new Geometry(w, images);
        int weights = Sizes.product("weights", w.patchSize(), filters);
        int pixels = g.outputPixels();
        Grid tiles = tile.grid(w.patchSize(), filters, 1);
        int wanted = Math.max(1, SPLIT_BLOCKS / (tiles.x() * tiles.y()));
        int pixelsASplit = Math.max(SPLIT_PIXELS, Math.ceilDiv(pixels, wanted));
        int splits = Math.ceilDiv(pixels, pixelsASplit);
        Buffer sum = dweight.toAddTo(this);
        Buffer partial =
                splits == 1
                        ? null
                        : allocate(
                                Sizes.product("partial weight gradients", splits, weights), "partial weight gradients");
        on(tile.kernel("CONVOLUTION_WEIGHT_GRADIENT"), images, w.height(), w.width(), w.channels(), filters)
                .geometry(g)
                .divisor(Divisor.of(w.channels()))
                .i32(filters)
                .i32(pixelsASplit)
                .buffers(x, dy, partial, sum)
                .grid(new Grid(tiles.x(), tiles.y(), splits), tile.threads, 0);
        if (partial != null) {
            on(Kernel.CONVOLUTION_WEIGHT_FINISH, weights, splits)
                    .i32(weights)
                    .i32(splits)
                    .buffers(partial, sum)
                    .elements(weights);
            partial.close();
        }
    }

    @Override
    default void maxPool(Window w, int images, Buffer x, Buffer y) {
        Geometry g = new Geometry(w, images);
        pool(Kernel.MAX_POOL, g, g.outputPixels(), x, y);
    }

    @Override
    default void maxPoolGradient(Window w, int images, Buffer x, Buffer y, Buffer dy, Target dx) {
        Buffer sum = dx.toAddTo(this);
        Geometry g = new Geometry(w, images);
        if (g.disjoint()) {
            pool(Kernel.MAX_POOL_GRADIENT_DISJOINT, g, g.outputPixels(), x, y, dy, sum);
        } else {
            pool(Kernel.MAX_POOL_GRADIENT, g, g.inputPixels(), x, y, dy, sum);
        }
    }

    @Override
    default void averagePool(Window w, int images, Buffer x, Buffer y) {
        Geometry g = new Geometry(w, images);
        pool(Kernel.AVERAGE_POOL, g, g.outputPixels(), x, y);
    }

    @Override
    default void averagePoolGradient(Window w, int images, Buffer dy, Target dx) {
        Buffer sum = dx.toAddTo(this);
        Geometry g = new Geometry(w, images);
        if (g.disjoint()) {
            pool(Kernel.AVERAGE_POOL_GRADIENT_DISJOINT, g, g.outputPixels(), dy, sum);
        } else {
            pool(Kernel.AVERAGE_POOL_GRADIENT, g, g.inputPixels(), dy, sum);
        }
    }

    private void pool(Kernel kernel, Geometry g, int pixels, Buffer... buffers) {
        Window w = g.window();
        on(kernel, g.images(), w.height(), w.width(), w.channels())
                .geometry(g)
                .buffers(buffers)
                .threads(g.threads(pixels));
    }
}

package chainrule.cuda;

import chainrule.backend.Matrix;
import chainrule.backend.MatrixPrimitives;
import chainrule.backend.Memory.Buffer;
import chainrule.cuda.CudaBinding.Grid;

/** Products by cuBLAS, or by sgemm.cu without it; rows and columns by rows.cu, columns.cu and moments.cu. */
final class CudaMatrices implements MatrixPrimitives {
    /** The number of 128 × 128 tiles that keep a device busy; with fewer, smaller tiles distribute the work better. */
    private static final int LARGE_TILES = 32;

    private final CudaStream stream;

    CudaMatrices(CudaStream stream) {
        this.stream = stream;
    }

    @Override
    public void matmul(Matrix a, Matrix b, Matrix c) {
        if (stream.hasCublas()) {
            stream.cublas(a, b, c);
        } else {
            sgemm(isLarge(c), a, b, null, c);
        }
    }

    /** One kernel without cuBLAS: sgemm adds the bias as it writes. With cuBLAS a second kernel adds it. */
    @Override
    public void affine(Matrix x, Matrix w, Matrix bias, Matrix y) {
        if (stream.hasCublas()) {
            stream.cublas(x, w, y);
            if (bias != null) {
                addRow(y, bias, y);
            }
        } else {
            sgemm(isLarge(y), x, w, bias, y);
        }
    }

    private static boolean isLarge(Matrix c) {
        return (long) Math.ceilDiv(c.rows(), 128) * Math.ceilDiv(c.cols(), 128) >= LARGE_TILES;
    }

    /** C = A·B + 1·biasᵀ, or C += A·B, by sgemm.cu in tiles of 128 × 128 or of 32 × 32; {@code bias} may be null. */
    void sgemm(boolean large, Matrix a, Matrix b, Matrix bias, Matrix c) {
        int m = c.rows();
        int n = c.cols();
        int k = a.cols();
        int tile = large ? 128 : 32;
        String ops = (a.transposed() ? "T" : "N") + (b.transposed() ? "T" : "N");
        stream.on(Kernel.valueOf("SGEMM_" + tile + "_" + ops), m, n, k)
                .i32(m)
                .i32(n)
                .i32(k)
                .buffers(a, b, bias)
                .i32(c.accumulate() ? 1 : 0)
                .buffers(c)
                .grid(new Grid(Math.ceilDiv(m, tile), Math.ceilDiv(n, tile), 1), large ? 256 : 64, 0);
    }

    @Override
    public void addRow(Matrix x, Matrix row, Matrix y) {
        ColumnShape shape = ColumnShape.loops(x.rows(), x.cols());
        shape.on(stream, Kernel.ADD_ROW).buffers(x, row, y).grid(shape.grid(), Launcher.BLOCK, 0);
    }

    @Override
    public void columnSums(Matrix x, Matrix sums) {
        ColumnShape shape = ColumnShape.sums(x.rows(), x.cols());
        Buffer partial = stream.doubles(shape.partials(1));
        Buffer sum = stream.toAddTo(sums);
        shape.on(stream, Kernel.COLUMN_SUMS).buffers(x, partial, sum).grid(shape.grid(), Launcher.BLOCK, 0);
        if (partial != null) {
            stream.on(Kernel.COLUMN_SUMS_FINISH, shape.chunks(), x.cols())
                    .i32(shape.chunks())
                    .i32(x.cols())
                    .i32(shape.width())
                    .buffers(partial, sum)
                    .blocks(shape.tiles());
            partial.close();
        }
    }

    @Override
    public void moments(Matrix x, Matrix mean, Matrix variance) {
        ColumnShape shape = ColumnShape.sums(x.rows(), x.cols());
        Buffer partial = stream.doubles(shape.partials(2));
        shape.on(stream, Kernel.MOMENTS).buffers(x, partial, mean, variance).grid(shape.grid(), Launcher.BLOCK, 0);
        if (partial != null) {
            stream.on(Kernel.MOMENTS_FINISH, shape.chunks(), x.cols())
                    .i32(x.rows())
                    .i32(shape.chunks())
                    .i32(x.cols())
                    .i32(shape.width())
                    .buffers(x, partial, mean, variance)
                    .blocks(shape.tiles());
            partial.close();
        }
    }
}

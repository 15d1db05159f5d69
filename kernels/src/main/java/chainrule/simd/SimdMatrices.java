package chainrule.simd;

import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.roundUp;

import chainrule.backend.Matrix;
import chainrule.backend.MatrixPrimitives;
import chainrule.backend.ejml.EjmlMatrices;
import chainrule.backend.ejml.ThreadPool;

/**
 * Products, rows and columns. A column's sum is taken in float over chunks of rows, whose size depends on the shape
 * alone, and in double over the chunks, in order.
 */
final class SimdMatrices implements MatrixPrimitives {
    /** The error of a chunk's mean, as a fraction of the chunk's deviation, above which it is corrected. */
    private static final double MEAN_ERROR = 1e-3;

    private final ThreadPool threads;

    SimdMatrices(ThreadPool threads) {
        this.threads = threads;
    }

    @Override
    public void matmul(Matrix a, Matrix b, Matrix c) {
        Gemm.multiply(Gemm.Operands.of(a, b, null, c), threads);
    }

    @Override
    public void affine(Matrix x, Matrix w, Matrix bias, Matrix y) {
        Gemm.multiply(Gemm.Operands.of(x, w, bias, y), threads);
    }

    @Override
    public void addRow(Matrix x, Matrix row, Matrix y) {
        int rows = x.rows();
        int cols = x.cols();
        if (cols % LANES != 0) {
            EjmlMatrices.addRow(threads, x, row, y);
            return;
        }
        float[] xv = x.floats();
        float[] rv = row.floats();
        float[] yv = y.floats();
        Loops.rows(threads, rows, cols, (first, last) -> ColumnKernels.addRow(xv, rv, yv, first, last, cols));
    }

    @Override
    public void columnSums(Matrix x, Matrix sums) {
        int rows = x.rows();
        int cols = x.cols();
        float[] g = x.floats();
        float[] s = sums.floats();
        int width = roundUp(cols, WIDE);
        int chunks = Loops.chunks(rows, cols);
        float[] partial = Scratch.mine().array(Scratch.Use.PLANES, chunks * width);
        Loops.strips(
                threads,
                rows,
                cols,
                (chunk, first, last, j) -> ColumnKernels.sum(g, first, last, cols, j, partial, chunk * width + j));
        for (int j = 0; j < cols; j++) {
            double sum = 0;
            for (int chunk = 0; chunk < chunks; chunk++) {
                sum += partial[chunk * width + j];
            }
            s[j] = (sums.accumulate() ? s[j] : 0) + (float) sum;
        }
    }

    /**
     * Each chunk has its mean and the sum of squares about it, computed while the chunk is in the cache; they are
     * combined as Σ(x − μ)² = Σ over chunks of (squares + n·(mean − μ)²).
     *
     * <p>A chunk's mean is computed from a sum in float and has an error of a few roundings. If the elements differ by
     * little more than that, or not at all, the error matters: then it is subtracted. It equals Σ(x − mean)/n, which is
     * exact to the last digits of the differences.
     *
     * @see <a href="https://doi.org/10.1080/00031305.1983.10483115">Chan, Golub, LeVeque, "Algorithms for computing the
     *     sample variance", 1983</a>
     */
    @Override
    public void moments(Matrix x, Matrix mean, Matrix variance) {
        int rows = x.rows();
        int cols = x.cols();
        float[] xv = x.floats();
        int width = roundUp(cols, WIDE);
        int height = Loops.chunkRows(cols);
        int chunks = Loops.chunks(rows, cols);
        int squares = chunks * width;
        int rests = 2 * chunks * width;
        float[] partial = Scratch.mine().array(Scratch.Use.PLANES, 3 * chunks * width);
        Loops.strips(
                threads,
                rows,
                cols,
                (chunk, first, last, j) -> {
                    int at = chunk * width + j;
                    ColumnKernels.sum(xv, first, last, cols, j, partial, at);
                    ColumnKernels.average(partial, at, last - first);
                    ColumnKernels.sumSquares(xv, first, last, cols, j, partial, at, squares + at, rests + at);
                });
        double[] means = new double[chunks];
        double[] sumsOfSquares = new double[chunks];
        for (int j = 0; j < cols; j++) {
            double sum = 0;
            for (int chunk = 0; chunk < chunks; chunk++) {
                int at = chunk * width + j;
                int n = Math.min(height, rows - chunk * height);
                double rest = partial[rests + at];
                means[chunk] = partial[at];
                sumsOfSquares[chunk] = partial[squares + at];
                if (rest * rest > MEAN_ERROR * MEAN_ERROR * n * sumsOfSquares[chunk]) {
                    means[chunk] += rest / n;
                    sumsOfSquares[chunk] = Math.max(0, sumsOfSquares[chunk] - rest * rest / n);
                }
                sum += means[chunk] * n;
            }
            double mu = sum / rows;
            double sumSquares = 0;
            for (int chunk = 0; chunk < chunks; chunk++) {
                double d = means[chunk] - mu;
                sumSquares += sumsOfSquares[chunk] + d * d * Math.min(height, rows - chunk * height);
            }
            mean.floats()[j] = (float) mu;
            variance.floats()[j] = (float) (sumSquares / rows);
        }
    }
}

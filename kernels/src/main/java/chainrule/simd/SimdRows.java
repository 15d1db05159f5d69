package chainrule.simd;

import static chainrule.backend.cpu.Float32Backend.f32;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.roundUp;

import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.backend.cpu.Float32Rows;

/**
 * Row and column primitives. A column's sum is taken in float over chunks of rows, whose size depends on the shape alone,
 * and in double over the chunks, in order.
 */
interface SimdRows extends Float32Rows {
    /** The error of a chunk's mean from which on it is taken off, as a part of the chunk's deviation. */
    double MEAN_ERROR = 1e-3;

    @Override
    default void addRow(int rows, int cols, Buffer x, Buffer row, Buffer y) {
        if (cols % LANES != 0) {
            Float32Rows.super.addRow(rows, cols, x, row, y);
            return;
        }
        float[] xv = f32(x);
        float[] rv = f32(row);
        float[] yv = f32(y);
        Loops.rows(workers(), rows, cols, (first, last) -> ColumnKernels.addRow(xv, rv, yv, first, last, cols));
    }

    @Override
    default void addRowGradient(int rows, int cols, Buffer dy, Target sums) {
        float[] g = f32(dy);
        float[] s = f32(sums.buffer());
        int width = roundUp(cols, WIDE);
        int chunks = Loops.chunks(rows, cols);
        float[] partial = Scratch.mine().array(Scratch.Use.PLANES, chunks * width);
        Loops.strips(
                workers(),
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
     * Each chunk has its own mean and sum of squares about it, found while the chunk is in the cache; they are combined as
     * Σ(x − μ)² = Σ over chunks of (squares + n·(mean − μ)²).
     *
     * <p>A chunk's mean is a sum in float, which is off by some roundings of its own size. Where the numbers differ by little
     * more than that, or not at all, the error counts: there it is taken off, being Σ(x − mean)/n, which is exact to the last
     * digits of the differences.
     *
     * @see <a href="https://doi.org/10.1080/00031305.1983.10483115">Chan, Golub, LeVeque, "Algorithms for computing the
     *     sample variance", 1983</a>
     */
    @Override
    default void moments(int rows, int cols, Buffer x, Buffer mean, Buffer variance) {
        float[] xv = f32(x);
        int width = roundUp(cols, WIDE);
        int height = Loops.chunkRows(cols);
        int chunks = Loops.chunks(rows, cols);
        int squares = chunks * width;
        int rests = 2 * chunks * width;
        float[] partial = Scratch.mine().array(Scratch.Use.PLANES, 3 * chunks * width);
        Loops.strips(
                workers(),
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
            f32(mean)[j] = (float) mu;
            f32(variance)[j] = (float) (sumSquares / rows);
        }
    }
}

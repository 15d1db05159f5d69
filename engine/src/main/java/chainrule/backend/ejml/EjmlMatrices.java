package chainrule.backend.ejml;

import static chainrule.backend.ejml.EjmlElementwise.toAddTo;
import static chainrule.backend.ejml.ThreadPool.GRAIN;

import chainrule.backend.Matrix;
import chainrule.backend.MatrixPrimitives;

import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.CommonOps_MT_FDRM;

/**
 * Products by EJML, and loops over the rows and columns of a matrix.
 *
 * <p>EJML's threaded product splits the rows of the result, so one thread sums an element, in one order, and the bits do not
 * depend on the number of threads. Column sums run down the rows in order, in double, several columns side by side; threads
 * share the columns, so each sum has one order.
 *
 * @see <a href="https://ejml.org">Efficient Java Matrix Library</a>
 */
public final class EjmlMatrices implements MatrixPrimitives {
    /** Multiply-adds below which handing rows to a second thread costs more than it saves. */
    private static final long CONCURRENT_WORK = 200_000;

    private final ThreadPool threads;

    EjmlMatrices(ThreadPool threads) {
        this.threads = threads;
        EjmlConcurrency.setMaxThreads(threads.threads());
    }

    @Override
    public void matmul(Matrix a, Matrix b, Matrix c) {
        FMatrixRMaj av = stored(a);
        FMatrixRMaj bv = stored(b);
        FMatrixRMaj cv = stored(c);
        // The choice must not depend on the number of threads, or so might the bits.
        if ((long) a.rows() * b.cols() * a.cols() >= CONCURRENT_WORK) {
            concurrent(a.transposed(), b.transposed(), av, bv, c.accumulate(), cv);
        } else {
            sequential(a.transposed(), b.transposed(), av, bv, c.accumulate(), cv);
        }
    }

    /** The matrix without its transposition. */
    private static FMatrixRMaj stored(Matrix m) {
        return m.transposed()
                ? FMatrixRMaj.wrap(m.cols(), m.rows(), m.floats())
                : FMatrixRMaj.wrap(m.rows(), m.cols(), m.floats());
    }

    private static void sequential(
            boolean transposeA, boolean transposeB, FMatrixRMaj a, FMatrixRMaj b, boolean accumulate, FMatrixRMaj c) {
        if (transposeA && transposeB) {
            if (accumulate) CommonOps_FDRM.multAddTransAB(a, b, c);
            else CommonOps_FDRM.multTransAB(a, b, c);
        } else if (transposeA) {
            if (accumulate) CommonOps_FDRM.multAddTransA(a, b, c);
            else CommonOps_FDRM.multTransA(a, b, c);
        } else if (transposeB) {
            if (accumulate) CommonOps_FDRM.multAddTransB(a, b, c);
            else CommonOps_FDRM.multTransB(a, b, c);
        } else {
            if (accumulate) CommonOps_FDRM.multAdd(a, b, c);
            else CommonOps_FDRM.mult(a, b, c);
        }
    }

    private static void concurrent(
            boolean transposeA, boolean transposeB, FMatrixRMaj a, FMatrixRMaj b, boolean accumulate, FMatrixRMaj c) {
        if (transposeA && transposeB) {
            if (accumulate) CommonOps_MT_FDRM.multAddTransAB(a, b, c);
            else CommonOps_MT_FDRM.multTransAB(a, b, c);
        } else if (transposeA) {
            if (accumulate) CommonOps_MT_FDRM.multAddTransA(a, b, c);
            else CommonOps_MT_FDRM.multTransA(a, b, c);
        } else if (transposeB) {
            if (accumulate) CommonOps_MT_FDRM.multAddTransB(a, b, c);
            else CommonOps_MT_FDRM.multTransB(a, b, c);
        } else {
            if (accumulate) CommonOps_MT_FDRM.multAdd(a, b, c);
            else CommonOps_MT_FDRM.mult(a, b, c);
        }
    }

    @Override
    public void affine(Matrix x, Matrix w, Matrix bias, Matrix y) {
        matmul(x, w, y);
        if (bias != null) {
            addRow(y, bias, y);
        }
    }

    @Override
    public void addRow(Matrix x, Matrix row, Matrix y) {
        addRow(threads, x, row, y);
    }

    /** Y = X + row, for any backend whose elements are floats. */
    public static void addRow(ThreadPool threads, Matrix x, Matrix row, Matrix y) {
        int rows = x.rows();
        int cols = x.cols();
        float[] xv = x.floats();
        float[] rv = row.floats();
        float[] yv = y.floats();
        threads.parallelFor(
                rows,
                Math.ceilDiv(GRAIN, cols),
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        int at = i * cols;
                        for (int j = 0; j < cols; j++) {
                            yv[at + j] = xv[at + j] + rv[j];
                        }
                    }
                });
    }

    @Override
    public void columnSums(Matrix x, Matrix sums) {
        int rows = x.rows();
        int cols = x.cols();
        float[] g = x.floats();
        float[] sv = toAddTo(sums);
        threads.parallelFor(
                cols,
                Math.ceilDiv(GRAIN, rows),
                (from, to) -> {
                    double[] sum = columnSums(g, rows, cols, from, to);
                    for (int j = from; j < to; j++) {
                        sv[j] += (float) sum[j - from];
                    }
                });
    }

    @Override
    public void moments(Matrix x, Matrix mean, Matrix variance) {
        int rows = x.rows();
        int cols = x.cols();
        float[] xv = x.floats();
        float[] mu = mean.floats();
        float[] var = variance.floats();
        threads.parallelFor(
                cols,
                Math.ceilDiv(GRAIN, rows),
                (from, to) -> {
                    double[] center = columnSums(xv, rows, cols, from, to);
                    for (int j = 0; j < to - from; j++) {
                        center[j] /= rows;
                    }
                    double[] squares = new double[to - from];
                    for (int i = 0; i < rows; i++) {
                        int at = i * cols + from;
                        for (int j = 0; j < squares.length; j++) {
                            double d = xv[at + j] - center[j];
                            squares[j] += d * d;
                        }
                    }
                    for (int j = from; j < to; j++) {
                        mu[j] = (float) center[j - from];
                        var[j] = (float) (squares[j - from] / rows);
                    }
                });
    }

    /** Σ over rows of the columns from … to − 1. */
    private static double[] columnSums(float[] x, int rows, int cols, int from, int to) {
        double[] sum = new double[to - from];
        for (int i = 0; i < rows; i++) {
            int at = i * cols + from;
            for (int j = 0; j < sum.length; j++) {
                sum[j] += x[at + j];
            }
        }
        return sum;
    }
}

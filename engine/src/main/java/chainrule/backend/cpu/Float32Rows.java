package chainrule.backend.cpu;

import static chainrule.backend.cpu.Float32Backend.f32;

import chainrule.backend.Buffer;
import chainrule.backend.Target;

/**
 * Loops over the rows and columns of a matrix. Column sums run down the rows in order, in double, several columns side
 * by side; threads share the columns, so every sum has one order.
 */
public interface Float32Rows extends Float32Host {

    @Override
    default void addRow(int rows, int cols, Buffer x, Buffer row, Buffer y) {
        float[] xv = f32(x);
        float[] rv = f32(row);
        float[] yv = f32(y);
        workers()
                .loop(
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
    default void addRowGradient(int rows, int cols, Buffer dy, Target sums) {
        float[] g = f32(dy);
        float[] sv = f32(sums.toAddTo(this));
        workers()
                .loop(
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
    default void moments(int rows, int cols, Buffer x, Buffer mean, Buffer variance) {
        float[] xv = f32(x);
        float[] mu = f32(mean);
        float[] var = f32(variance);
        workers()
                .loop(
                        cols,
                        Math.ceilDiv(GRAIN, rows),
                        (from, to) -> {
                            double[] centre = columnSums(xv, rows, cols, from, to);
                            for (int j = 0; j < to - from; j++) {
                                centre[j] /= rows;
                            }
                            double[] squares = new double[to - from];
                            for (int i = 0; i < rows; i++) {
                                int at = i * cols + from;
                                for (int j = 0; j < squares.length; j++) {
                                    double d = xv[at + j] - centre[j];
                                    squares[j] += d * d;
                                }
                            }
                            for (int j = from; j < to; j++) {
                                mu[j] = (float) centre[j - from];
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

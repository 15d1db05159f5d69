package chainrule.backend.reference;

import static chainrule.backend.reference.ReferenceElementwise.toAddTo;

import chainrule.backend.Matrix;
import chainrule.backend.MatrixPrimitives;

/** Matrix products, and sums over rows and columns, as their formulas read. */
final class ReferenceMatrices implements MatrixPrimitives {

    @Override
    public void matmul(Matrix a, Matrix b, Matrix c) {
        int m = a.rows();
        int n = b.cols();
        int k = a.cols();
        boolean at = a.transposed();
        boolean bt = b.transposed();
        double[] av = a.doubles();
        double[] bv = b.doubles();
        double[] cv = c.doubles();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    double aip = at ? av[p * m + i] : av[i * k + p];
                    double bpj = bt ? bv[j * k + p] : bv[p * n + j];
                    sum += aip * bpj;
                }
                cv[i * n + j] = (c.accumulate() ? cv[i * n + j] : 0) + sum;
            }
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
        int rows = x.rows();
        int cols = x.cols();
        double[] xv = x.doubles();
        double[] rv = row.doubles();
        double[] yv = y.doubles();
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                yv[i * cols + j] = xv[i * cols + j] + rv[j];
            }
        }
    }

    @Override
    public void columnSums(Matrix x, Matrix sums) {
        int rows = x.rows();
        int cols = x.cols();
        double[] xv = x.doubles();
        double[] sv = toAddTo(sums);
        for (int j = 0; j < cols; j++) {
            for (int i = 0; i < rows; i++) {
                sv[j] += xv[i * cols + j];
            }
        }
    }

    @Override
    public void moments(Matrix x, Matrix mean, Matrix variance) {
        int rows = x.rows();
        int cols = x.cols();
        double[] xv = x.doubles();
        for (int j = 0; j < cols; j++) {
            double sum = 0;
            for (int i = 0; i < rows; i++) {
                sum += xv[i * cols + j];
            }
            double mu = sum / rows;
            double squares = 0;
            for (int i = 0; i < rows; i++) {
                squares += (xv[i * cols + j] - mu) * (xv[i * cols + j] - mu);
            }
            mean.doubles()[j] = mu;
            variance.doubles()[j] = squares / rows;
        }
    }
}

package chainrule.backend.reference;

import static chainrule.backend.reference.ReferenceBackend.f64;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Target;

/** Matrix products, and sums over rows and columns, as their formulas read. */
interface ReferenceMatrices extends Backend {

    @Override
    default void gemm(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            Buffer a,
            Buffer b,
            boolean accumulate,
            Buffer c) {
        double[] av = f64(a);
        double[] bv = f64(b);
        double[] cv = f64(c);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += (transposeA ? av[p * m + i] : av[i * k + p]) * (transposeB ? bv[j * k + p] : bv[p * n + j]);
                }
                cv[i * n + j] = accumulate ? cv[i * n + j] + sum : sum;
            }
        }
    }

    @Override
    default void addRow(int rows, int cols, Buffer x, Buffer row, Buffer y) {
        double[] xv = f64(x);
        double[] rv = f64(row);
        double[] yv = f64(y);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                yv[i * cols + j] = xv[i * cols + j] + rv[j];
            }
        }
    }

    @Override
    default void addRowGradient(int rows, int cols, Buffer dy, Target sums) {
        double[] g = f64(dy);
        double[] sv = f64(sums.toAddTo(this));
        for (int j = 0; j < cols; j++) {
            for (int i = 0; i < rows; i++) {
                sv[j] += g[i * cols + j];
            }
        }
    }

    @Override
    default void moments(int rows, int cols, Buffer x, Buffer mean, Buffer variance) {
        double[] xv = f64(x);
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
            f64(mean)[j] = mu;
            f64(variance)[j] = squares / rows;
        }
    }
}

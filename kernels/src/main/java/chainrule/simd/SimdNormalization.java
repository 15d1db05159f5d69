package chainrule.simd;

import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.roundUp;

import chainrule.backend.Matrix;
import chainrule.backend.Moments;
import chainrule.backend.ejml.EjmlNormalization;
import chainrule.backend.ejml.ThreadPool;

import java.util.Arrays;
import java.util.List;

/** Batch normalization in vectors; it uses the plain loops if the columns are not whole vectors. */
final class SimdNormalization extends EjmlNormalization {

    SimdNormalization(ThreadPool threads) {
        super(threads);
    }

    @Override
    public void normalize(Matrix x, Moments moments, Matrix gamma, Matrix beta, Matrix y) {
        int rows = x.rows();
        int cols = x.cols();
        if (x.cols() % LANES != 0) {
            super.normalize(x, moments, gamma, beta, y);
            return;
        }
        float[] xv = x.floats();
        float[] yv = y.floats();
        float[] mu = moments.mean().floats();
        float[] b = beta.floats();
        float[] scale = new float[cols];
        for (int j = 0; j < cols; j++) {
            scale[j] = (float) (gamma.floats()[j] / Math.sqrt(moments.variance().floats()[j] + moments.epsilon()));
        }
        Loops.rows(
                threads, rows, cols, (first, last) -> ColumnKernels.normalize(xv, mu, scale, b, yv, first, last, cols));
    }

    @Override
    public void batchNormGradient(
            Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        if (x.cols() % LANES != 0) {
            super.batchNormGradient(x, moments, gamma, dy, dx, dgamma, dbeta);
            return;
        }
        gradient(true, x, moments, gamma, dy, Arrays.asList(dx, dgamma, dbeta));
    }

    @Override
    public void normalizeGradient(
            Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        if (x.cols() % LANES != 0) {
            super.normalizeGradient(x, moments, gamma, dy, dx, dgamma, dbeta);
            return;
        }
        gradient(false, x, moments, gamma, dy, Arrays.asList(dx, dgamma, dbeta));
    }

    private void gradient(boolean ofBatch, Matrix x, Moments moments, Matrix gamma, Matrix dy, List<Matrix> sums) {
        int rows = x.rows();
        int cols = x.cols();
        Matrix dx = sums.get(0);
        Matrix dgamma = sums.get(1);
        Matrix dbeta = sums.get(2);
        float[] xv = x.floats();
        float[] mu = moments.mean().floats();
        float[] dyv = dy.floats();
        int chunks = Loops.chunks(rows, cols);
        int width = roundUp(cols, WIDE);
        int products = chunks * width;
        float[] partial = Scratch.mine().array(Scratch.Use.PLANES, 2 * products);
        Loops.strips(
                threads,
                rows,
                cols,
                (chunk, first, last, j) ->
                        ColumnKernels.gradientSums(
                                xv,
                                mu,
                                dyv,
                                first,
                                last,
                                cols,
                                j,
                                partial,
                                chunk * width + j,
                                products + chunk * width + j));
        // dx += scale·dy − fromX·(x − μ) − constant: the formula of the contract with its three terms collected. With
        // constant moments only the first remains; 0·(x − μ) would be NaN where x is.
        float[] scale = new float[cols];
        float[] fromX = new float[cols];
        float[] constant = new float[cols];
        for (int j = 0; j < cols; j++) {
            double inverse = 1 / Math.sqrt(moments.variance().floats()[j] + moments.epsilon());
            double sumDy = 0;
            double sumDyXhat = 0;
            for (int at = j; at < products; at += width) {
                sumDy += partial[at];
                sumDyXhat += partial[products + at] * inverse;
            }
            put(dbeta, j, (float) sumDy);
            put(dgamma, j, (float) sumDyXhat);
            double s = gamma.floats()[j] * inverse;
            scale[j] = (float) s;
            fromX[j] = (float) (s * inverse * sumDyXhat / rows);
            constant[j] = (float) (s * sumDy / rows);
        }
        if (dx != null) {
            float[] dxv = dx.floats();
            boolean accumulate = dx.accumulate();
            Loops.rows(
                    threads,
                    rows,
                    cols,
                    ofBatch
                            ? (first, last) ->
                                    ColumnKernels.normalizeGradient(
                                            xv, mu, dyv, scale, fromX, constant, accumulate, dxv, first, last, cols)
                            : (first, last) ->
                                    ColumnKernels.scaleColumns(dyv, scale, accumulate, dxv, first, last, cols));
        }
    }

    private static void put(Matrix target, int j, float contribution) {
        if (target != null) {
            float[] d = target.floats();
            d[j] = (target.accumulate() ? d[j] : 0) + contribution;
        }
    }
}

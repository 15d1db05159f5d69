package chainrule.backend.ejml;

import static chainrule.backend.ejml.EjmlElementwise.toAddTo;
import static chainrule.backend.ejml.ThreadPool.GRAIN;

import chainrule.backend.Matrix;
import chainrule.backend.Moments;
import chainrule.backend.NormalizationPrimitives;

/** Batch normalization: loops down the rows, several columns side by side, sums in double. */
public class EjmlNormalization implements NormalizationPrimitives {
    /** The threads that share a loop. */
    protected final ThreadPool threads;

    public EjmlNormalization(ThreadPool threads) {
        this.threads = threads;
    }

    @Override
    public void normalize(Matrix x, Moments moments, Matrix gamma, Matrix beta, Matrix y) {
        int rows = x.rows();
        int cols = x.cols();
        Matrix mean = moments.mean();
        Matrix variance = moments.variance();
        double epsilon = moments.epsilon();
        float[] xv = x.floats();
        float[] yv = y.floats();
        float[] mu = mean.floats();
        float[] b = beta.floats();
        float[] scale = new float[cols];
        for (int j = 0; j < cols; j++) {
            scale[j] = (float) (gamma.floats()[j] / Math.sqrt(variance.floats()[j] + epsilon));
        }
        threads.parallelFor(
                rows,
                Math.ceilDiv(GRAIN, cols),
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        int at = i * cols;
                        for (int j = 0; j < cols; j++) {
                            yv[at + j] = scale[j] * (xv[at + j] - mu[j]) + b[j];
                        }
                    }
                });
    }

    @Override
    public void batchNormGradient(
            Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        double[][] sums = columnGradients(x, moments, dy, dgamma, dbeta);
        if (dx != null) {
            inputGradient(x, moments, gamma, dy, dx, sums);
        }
    }

    @Override
    public void normalizeGradient(
            Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        columnGradients(x, moments, dy, dgamma, dbeta);
        if (dx != null) {
            inputGradient(x, moments, gamma, dy, dx, null);
        }
    }

    /** dγ += Σ dy x̂, dβ += Σ dy. Returns Σ dy and Σ dy x̂ of each column. */
    private double[][] columnGradients(Matrix x, Moments moments, Matrix dy, Matrix dgamma, Matrix dbeta) {
        int rows = x.rows();
        int cols = x.cols();
        double epsilon = moments.epsilon();
        float[] xv = x.floats();
        float[] dyv = dy.floats();
        float[] mu = moments.mean().floats();
        float[] var = moments.variance().floats();
        double[] sumDy = new double[cols];
        double[] sumDyXhat = new double[cols];
        threads.parallelFor(
                cols,
                Math.ceilDiv(GRAIN, rows),
                (from, to) -> {
                    for (int i = 0; i < rows; i++) {
                        int at = i * cols;
                        for (int j = from; j < to; j++) {
                            double g = dyv[at + j];
                            sumDy[j] += g;
                            sumDyXhat[j] += g * (xv[at + j] - mu[j]);
                        }
                    }
                    for (int j = from; j < to; j++) {
                        sumDyXhat[j] /= Math.sqrt(var[j] + epsilon);
                    }
                });
        put(dbeta, sumDy);
        put(dgamma, sumDyXhat);
        return new double[][] {sumDy, sumDyXhat};
    }

    /** @param sums what {@link #columnGradients} returned, or null where the moments are constants */
    private void inputGradient(Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, double[][] sums) {
        int rows = x.rows();
        int cols = x.cols();
        float[] xv = x.floats();
        float[] dyv = dy.floats();
        float[] mu = moments.mean().floats();
        float[] var = moments.variance().floats();
        // dx += scale·dy − fromX·(x − μ) − constant: the formula of the contract with its three terms collected. Of
        // constant moments only the first is left; 0·(x − μ) would be NaN where x is.
        float[] scale = new float[cols];
        float[] fromX = new float[cols];
        float[] constant = new float[cols];
        for (int j = 0; j < cols; j++) {
            double inverse = 1 / Math.sqrt(var[j] + moments.epsilon());
            double s = gamma.floats()[j] * inverse;
            scale[j] = (float) s;
            if (sums != null) {
                fromX[j] = (float) (s * inverse * sums[1][j] / rows);
                constant[j] = (float) (s * sums[0][j] / rows);
            }
        }
        float[] dxv = dx.floats();
        boolean accumulate = dx.accumulate(); // element by element, so that dx may be dy
        threads.parallelFor(
                rows,
                Math.ceilDiv(GRAIN, cols),
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        int at = i * cols;
                        for (int j = 0; j < cols; j++) {
                            float own = scale[j] * dyv[at + j];
                            if (sums != null) {
                                own = own - fromX[j] * (xv[at + j] - mu[j]) - constant[j];
                            }
                            dxv[at + j] = (accumulate ? dxv[at + j] : 0) + own;
                        }
                    }
                });
    }

    private void put(Matrix target, double[] sums) {
        if (target != null) {
            float[] d = toAddTo(target);
            for (int j = 0; j < sums.length; j++) {
                d[j] += (float) sums[j];
            }
        }
    }
}

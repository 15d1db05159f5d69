package chainrule.backend.cpu;

import static chainrule.backend.cpu.Float32Backend.f32;

import chainrule.backend.Buffer;
import chainrule.backend.Target;

/** Batch normalisation: loops down the rows, several columns side by side, sums in double. */
public interface Float32Normalization extends Float32Host {

    @Override
    default void normalize(
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer beta,
            Buffer y) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        float[] mu = f32(mean);
        float[] b = f32(beta);
        float[] scale = new float[cols];
        for (int j = 0; j < cols; j++) {
            scale[j] = (float) (f32(gamma)[j] / Math.sqrt(f32(variance)[j] + epsilon));
        }
        workers()
                .loop(
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
    default void batchNormGradient(
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer dy,
            Target dx,
            Target dgamma,
            Target dbeta) {
        gradient(true, rows, cols, x, mean, variance, epsilon, gamma, dy, dx, dgamma, dbeta);
    }

    @Override
    default void normalizeGradient(
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer dy,
            Target dx,
            Target dgamma,
            Target dbeta) {
        gradient(false, rows, cols, x, mean, variance, epsilon, gamma, dy, dx, dgamma, dbeta);
    }

    private void gradient(
            boolean ofBatch,
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer dy,
            Target dx,
            Target dgamma,
            Target dbeta) {
        float[] xv = f32(x);
        float[] dyv = f32(dy);
        float[] mu = f32(mean);
        float[] var = f32(variance);
        double[] sumDy = new double[cols];
        double[] sumDyXhat = new double[cols];
        workers()
                .loop(
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
        if (dx == null) {
            return;
        }
        // dx += scale·dy − fromX·(x − μ) − constant: the formula of the contract with its three terms collected. Of
        // constant moments only the first is left; 0·(x − μ) would be NaN where x is.
        float[] scale = new float[cols];
        float[] fromX = new float[cols];
        float[] constant = new float[cols];
        for (int j = 0; j < cols; j++) {
            double inverse = 1 / Math.sqrt(var[j] + epsilon);
            double s = f32(gamma)[j] * inverse;
            scale[j] = (float) s;
            fromX[j] = (float) (s * inverse * sumDyXhat[j] / rows);
            constant[j] = (float) (s * sumDy[j] / rows);
        }
        float[] dxv = f32(dx.buffer());
        boolean accumulate = dx.accumulate(); // number by number, so that dx may be dy
        workers()
                .loop(
                        rows,
                        Math.ceilDiv(GRAIN, cols),
                        (from, to) -> {
                            for (int i = from; i < to; i++) {
                                int at = i * cols;
                                for (int j = 0; j < cols; j++) {
                                    float own = scale[j] * dyv[at + j];
                                    if (ofBatch) {
                                        own = own - fromX[j] * (xv[at + j] - mu[j]) - constant[j];
                                    }
                                    dxv[at + j] = (accumulate ? dxv[at + j] : 0) + own;
                                }
                            }
                        });
    }

    private void put(Target target, double[] sums) {
        if (target != null) {
            float[] d = f32(target.toAddTo(this));
            for (int j = 0; j < sums.length; j++) {
                d[j] += (float) sums[j];
            }
        }
    }
}

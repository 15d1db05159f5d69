package chainrule.simd;

import static chainrule.backend.cpu.Float32Backend.f32;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.roundUp;

import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.backend.cpu.Float32Normalization;

/** Batch normalisation; columns that are no whole vectors are left to the plain loops. */
interface SimdNormalization extends Float32Normalization {

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
        if (cols % LANES != 0) {
            Float32Normalization.super.normalize(rows, cols, x, mean, variance, epsilon, gamma, beta, y);
            return;
        }
        float[] xv = f32(x);
        float[] yv = f32(y);
        float[] mu = f32(mean);
        float[] b = f32(beta);
        float[] scale = new float[cols];
        for (int j = 0; j < cols; j++) {
            scale[j] = (float) (f32(gamma)[j] / Math.sqrt(f32(variance)[j] + epsilon));
        }
        Loops.rows(
                workers(),
                rows,
                cols,
                (first, last) -> ColumnKernels.normalize(xv, mu, scale, b, yv, first, last, cols));
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
        if (cols % LANES != 0) {
            Float32Normalization.super.batchNormGradient(
                    rows, cols, x, mean, variance, epsilon, gamma, dy, dx, dgamma, dbeta);
            return;
        }
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
        if (cols % LANES != 0) {
            Float32Normalization.super.normalizeGradient(
                    rows, cols, x, mean, variance, epsilon, gamma, dy, dx, dgamma, dbeta);
            return;
        }
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
        float[] mu = f32(mean);
        float[] dyv = f32(dy);
        int chunks = Loops.chunks(rows, cols);
        int width = roundUp(cols, WIDE);
        int products = chunks * width;
        float[] partial = Scratch.mine().array(Scratch.Use.PLANES, 2 * products);
        Loops.strips(
                workers(),
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
        // dx += scale·dy − fromX·(x − μ) − constant: the formula of the contract with its three terms collected. Of
        // constant moments only the first is left; 0·(x − μ) would be NaN where x is.
        float[] scale = new float[cols];
        float[] fromX = new float[cols];
        float[] constant = new float[cols];
        for (int j = 0; j < cols; j++) {
            double inverse = 1 / Math.sqrt(f32(variance)[j] + epsilon);
            double sumDy = 0;
            double sumDyXhat = 0;
            for (int at = j; at < products; at += width) {
                sumDy += partial[at];
                sumDyXhat += partial[products + at] * inverse;
            }
            put(dbeta, j, (float) sumDy);
            put(dgamma, j, (float) sumDyXhat);
            double s = f32(gamma)[j] * inverse;
            scale[j] = (float) s;
            fromX[j] = (float) (s * inverse * sumDyXhat / rows);
            constant[j] = (float) (s * sumDy / rows);
        }
        if (dx != null) {
            float[] dxv = f32(dx.buffer());
            boolean accumulate = dx.accumulate();
            Loops.rows(
                    workers(),
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

    private static void put(Target target, int j, float contribution) {
        if (target != null) {
            float[] d = f32(target.buffer());
            d[j] = (target.accumulate() ? d[j] : 0) + contribution;
        }
    }
}

package chainrule.backend.reference;

import static chainrule.backend.reference.ReferenceBackend.f64;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Target;

/** Batch normalisation, one column at a time. */
interface ReferenceNormalization extends Backend {

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
        double[] xv = f64(x);
        double[] yv = f64(y);
        for (int j = 0; j < cols; j++) {
            double scale = f64(gamma)[j] / Math.sqrt(f64(variance)[j] + epsilon);
            for (int i = j; i < rows * cols; i += cols) {
                yv[i] = scale * (xv[i] - f64(mean)[j]) + f64(beta)[j];
            }
        }
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

    private static void gradient(
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
        double[] xv = f64(x);
        double[] dyv = f64(dy);
        for (int j = 0; j < cols; j++) {
            double inverse = 1 / Math.sqrt(f64(variance)[j] + epsilon);
            double mu = f64(mean)[j];
            double sumDy = 0;
            double sumDyXhat = 0;
            for (int i = j; i < rows * cols; i += cols) {
                sumDy += dyv[i];
                sumDyXhat += dyv[i] * (xv[i] - mu) * inverse;
            }
            put(dbeta, j, sumDy);
            put(dgamma, j, sumDyXhat);
            for (int i = j; i < rows * cols; i += cols) {
                double xhat = (xv[i] - mu) * inverse;
                double throughMoments = ofBatch ? (sumDy + xhat * sumDyXhat) / rows : 0;
                put(dx, i, f64(gamma)[j] * inverse * (dyv[i] - throughMoments));
            }
        }
    }

    private static void put(Target target, int i, double contribution) {
        if (target != null) {
            double[] d = f64(target.buffer());
            d[i] = (target.accumulate() ? d[i] : 0) + contribution;
        }
    }
}

package chainrule.backend.reference;

import chainrule.backend.Matrix;
import chainrule.backend.Moments;
import chainrule.backend.NormalizationPrimitives;

/** Batch normalization, one column at a time. */
final class ReferenceNormalization implements NormalizationPrimitives {

    @Override
    public void normalize(Matrix x, Moments moments, Matrix gamma, Matrix beta, Matrix y) {
        int cols = x.cols();
        double[] xv = x.doubles();
        double[] yv = y.doubles();
        for (int j = 0; j < cols; j++) {
            double scale = gamma.doubles()[j] / Math.sqrt(moments.variance().doubles()[j] + moments.epsilon());
            double mu = moments.mean().doubles()[j];
            double shift = beta.doubles()[j];
            for (int i = j; i < x.elements(); i += cols) {
                yv[i] = scale * (xv[i] - mu) + shift;
            }
        }
    }

    @Override
    public void batchNormGradient(
            Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        int cols = x.cols();
        double[] xv = x.doubles();
        double[] dyv = dy.doubles();
        for (int j = 0; j < cols; j++) {
            Sums sums = Sums.of(x, moments, dy, j);
            add(dbeta, j, sums.dy);
            add(dgamma, j, sums.dyXhat);
            double mu = moments.mean().doubles()[j];
            double inverse = inverse(moments, j);
            double scale = gamma.doubles()[j] * inverse;
            for (int i = j; i < x.elements(); i += cols) {
                double xhat = (xv[i] - mu) * inverse;
                double throughMoments = (sums.dy + xhat * sums.dyXhat) / x.rows();
                add(dx, i, scale * (dyv[i] - throughMoments));
            }
        }
    }

    @Override
    public void normalizeGradient(
            Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        int cols = x.cols();
        double[] dyv = dy.doubles();
        for (int j = 0; j < cols; j++) {
            Sums sums = Sums.of(x, moments, dy, j);
            add(dbeta, j, sums.dy);
            add(dgamma, j, sums.dyXhat);
            double scale = gamma.doubles()[j] * inverse(moments, j);
            for (int i = j; i < x.elements(); i += cols) {
                add(dx, i, scale * dyv[i]);
            }
        }
    }

    /** 1/√(σ² + ε) of column j. */
    private static double inverse(Moments moments, int j) {
        return 1 / Math.sqrt(moments.variance().doubles()[j] + moments.epsilon());
    }

    /** Σ dy and Σ dy x̂ over one column. */
    private record Sums(double dy, double dyXhat) {
        static Sums of(Matrix x, Moments moments, Matrix dy, int j) {
            double[] xv = x.doubles();
            double[] dyv = dy.doubles();
            double mu = moments.mean().doubles()[j];
            double inverse = inverse(moments, j);
            double sumDy = 0;
            double sumDyXhat = 0;
            for (int i = j; i < x.elements(); i += x.cols()) {
                sumDy += dyv[i];
                sumDyXhat += dyv[i] * (xv[i] - mu) * inverse;
            }
            return new Sums(sumDy, sumDyXhat);
        }
    }

    private static void add(Matrix sum, int i, double contribution) {
        if (sum != null) {
            double[] d = sum.doubles();
            d[i] = (sum.accumulate() ? d[i] : 0) + contribution;
        }
    }
}

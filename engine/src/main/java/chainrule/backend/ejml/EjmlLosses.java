package chainrule.backend.ejml;

import static chainrule.backend.ejml.EjmlElementwise.toAddTo;

import chainrule.backend.LossPrimitives;
import chainrule.backend.Matrix;

/** Softmax and the losses: a few elements per row, so one thread, with sums in double. */
public class EjmlLosses implements LossPrimitives {

    @Override
    public void softmax(Matrix x, Matrix y) {
        int rows = x.rows();
        int cols = x.cols();
        float[] xv = x.floats();
        float[] yv = y.floats();
        for (int i = 0; i < rows; i++) {
            float max = max(xv, i * cols, cols);
            double sum = sumExp(xv, i * cols, cols, max);
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                yv[j] = (float) (Math.exp((double) xv[j] - max) / sum);
            }
        }
    }

    @Override
    public void softmaxGradient(Matrix y, Matrix dy, Matrix dx) {
        int rows = y.rows();
        int cols = y.cols();
        float[] yv = y.floats();
        float[] dyv = dy.floats();
        float[] dxv = toAddTo(dx);
        for (int i = 0; i < rows; i++) {
            double dot = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                dot += (double) dyv[j] * yv[j];
            }
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                dxv[j] += (float) (yv[j] * (dyv[j] - dot));
            }
        }
    }

    @Override
    public void softmaxCrossEntropy(Matrix logits, Matrix target, Matrix loss) {
        int rows = logits.rows();
        int cols = logits.cols();
        int n = logits.elements();
        float[] z = logits.floats();
        float[] t = target.floats();
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            float max = max(z, i * cols, cols);
            double targetSum = 0;
            double dot = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                targetSum += t[j];
                dot += t[j] == 0 ? 0 : t[j] * ((double) z[j] - max); // 0·log 0 counts as 0, its limit
            }
            sum += targetSum * Math.log(sumExp(z, i * cols, cols, max)) - dot; // NaN if the row has no softmax
        }
        loss.floats()[0] = (float) (sum / rows);
    }

    @Override
    public void softmaxCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits) {
        int rows = logits.rows();
        int cols = logits.cols();
        int n = logits.elements();
        float[] z = logits.floats();
        float[] t = target.floats();
        float[] dz = toAddTo(dlogits);
        double factor = (double) dloss.floats()[0] / rows;
        for (int i = 0; i < rows; i++) {
            float max = max(z, i * cols, cols);
            double sum = sumExp(z, i * cols, cols, max);
            double targetSum = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                targetSum += t[j];
            }
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                dz[j] += (float) (factor * (Math.exp((double) z[j] - max) / sum * targetSum - t[j]));
            }
        }
    }

    private static float max(float[] x, int from, int length) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = from; j < from + length; j++) {
            max = Math.max(max, x[j]);
        }
        return max;
    }

    /** Σ e^(x − max) over a row; kept apart from the maximum, or large logits would round its logarithm away. */
    private static double sumExp(float[] x, int from, int length, float max) {
        double sum = 0;
        for (int j = from; j < from + length; j++) {
            sum += Math.exp(x[j] - max);
        }
        return sum;
    }

    @Override
    public void binaryCrossEntropy(Matrix logits, Matrix target, Matrix loss) {
        int n = logits.elements();
        float[] z = logits.floats();
        float[] t = target.floats();
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.max(z[i], 0) - z[i] * t[i] + Math.log1p(Math.exp(-Math.abs(z[i])));
        }
        loss.floats()[0] = (float) (sum / n);
    }

    @Override
    public void binaryCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits) {
        int n = logits.elements();
        float[] z = logits.floats();
        float[] t = target.floats();
        float[] dz = toAddTo(dlogits);
        double factor = (double) dloss.floats()[0] / n;
        for (int i = 0; i < n; i++) {
            dz[i] += (float) (factor * (1 / (1 + Math.exp(-z[i])) - t[i]));
        }
    }

    @Override
    public void squaredError(double factor, Matrix x, Matrix target, Matrix loss) {
        float[] xv = x.floats();
        float[] t = target.floats();
        double sum = 0;
        for (int i = 0; i < x.elements(); i++) {
            double error = (double) xv[i] - t[i];
            sum += error * error;
        }
        loss.floats()[0] = (float) (factor * sum);
    }

    @Override
    public void squaredErrorGradient(double factor, Matrix x, Matrix target, Matrix dloss, Matrix dx) {
        float[] xv = x.floats();
        float[] t = target.floats();
        float[] dxv = toAddTo(dx);
        float twice = (float) (dloss.floats()[0] * 2 * factor);
        for (int i = 0; i < x.elements(); i++) {
            dxv[i] += twice * (xv[i] - t[i]);
        }
    }

    @Override
    public void matches(Matrix output, Matrix target, Matrix count) {
        int rows = output.rows();
        int cols = output.cols();
        float[] o = output.floats();
        float[] t = target.floats();
        int same = 0;
        for (int i = 0; i < rows; i++) {
            int answer = answer(o, 0, i * cols, cols);
            same += answer >= 0 && answer == answer(t, 0.5f, i * cols, cols) ? 1 : 0;
        }
        count.floats()[0] = same;
    }

    /** The class a row predicts, as {@link #matches} defines it; −1 for none. */
    private static int answer(float[] x, float threshold, int from, int length) {
        int best = from;
        for (int j = from; j < from + length; j++) {
            if (Float.isNaN(x[j])) {
                return -1;
            }
            best = x[j] > x[best] ? j : best;
        }
        if (length == 1) {
            return x[from] == Float.POSITIVE_INFINITY ? -1 : x[from] > threshold ? 1 : 0;
        }
        return Float.isFinite(x[best]) ? best - from : -1;
    }
}

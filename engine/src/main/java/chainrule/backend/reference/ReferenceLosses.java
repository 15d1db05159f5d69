package chainrule.backend.reference;

import static chainrule.backend.reference.ReferenceElementwise.toAddTo;

import chainrule.backend.LossPrimitives;
import chainrule.backend.Matrix;

/** Softmax, the losses and their gradients. */
final class ReferenceLosses implements LossPrimitives {

    @Override
    public void softmax(Matrix x, Matrix y) {
        double[] xv = x.doubles();
        double[] yv = y.doubles();
        int rows = x.rows();
        int cols = x.cols();
        for (int i = 0; i < rows; i++) {
            Exponentials e = Exponentials.of(xv, i * cols, cols);
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                yv[j] = e.softmax(xv[j]);
            }
        }
    }

    @Override
    public void softmaxGradient(Matrix y, Matrix dy, Matrix dx) {
        double[] yv = y.doubles();
        double[] dyv = dy.doubles();
        int rows = y.rows();
        int cols = y.cols();
        double[] dxv = toAddTo(dx);
        for (int i = 0; i < rows; i++) {
            double dot = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                dot += dyv[j] * yv[j];
            }
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                dxv[j] += yv[j] * (dyv[j] - dot);
            }
        }
    }

    @Override
    public void softmaxCrossEntropy(Matrix logits, Matrix target, Matrix loss) {
        double[] z = logits.doubles();
        double[] t = target.doubles();
        int rows = logits.rows();
        int cols = logits.cols();
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            Exponentials e = Exponentials.of(z, i * cols, cols);
            double targetSum = 0;
            double dot = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                targetSum += t[j];
                dot += t[j] == 0 ? 0 : t[j] * (z[j] - e.max); // 0·log 0 counts as 0, its limit
            }
            sum += targetSum * Math.log(e.sum) - dot; // NaN if the row has no softmax, whatever its targets
        }
        loss.doubles()[0] = sum / rows;
    }

    @Override
    public void softmaxCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits) {
        double[] z = logits.doubles();
        double[] t = target.doubles();
        int rows = logits.rows();
        int cols = logits.cols();
        double[] dz = toAddTo(dlogits);
        for (int i = 0; i < rows; i++) {
            Exponentials e = Exponentials.of(z, i * cols, cols);
            double targetSum = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                targetSum += t[j];
            }
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                dz[j] += dloss.doubles()[0] / rows * (e.softmax(z[j]) * targetSum - t[j]);
            }
        }
    }

    /**
     * What a row's softmax is made of: its maximum and Σ e^(x − max), of which no term overflows. They are kept apart,
     * because max + log Σ in one variable would round log Σ away where the logits are large.
     */
    record Exponentials(double max, double sum) {
        static Exponentials of(double[] x, int from, int length) {
            double max = Double.NEGATIVE_INFINITY;
            for (int j = from; j < from + length; j++) {
                max = Math.max(max, x[j]);
            }
            double sum = 0;
            for (int j = from; j < from + length; j++) {
                sum += Math.exp(x[j] - max);
            }
            return new Exponentials(max, sum);
        }

        /** The entry x of the row's softmax. */
        double softmax(double x) {
            return Math.exp(x - max) / sum;
        }
    }

    @Override
    public void binaryCrossEntropy(Matrix logits, Matrix target, Matrix loss) {
        double[] zv = logits.doubles();
        double[] t = target.doubles();
        double sum = 0;
        for (int i = 0; i < logits.elements(); i++) {
            double z = zv[i];
            sum += Math.max(z, 0) - z * t[i] + Math.log1p(Math.exp(-Math.abs(z)));
        }
        loss.doubles()[0] = sum / logits.elements();
    }

    @Override
    public void binaryCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits) {
        double[] z = logits.doubles();
        double[] t = target.doubles();
        double[] dz = toAddTo(dlogits);
        for (int i = 0; i < logits.elements(); i++) {
            double sigmoid = 1 / (1 + Math.exp(-z[i]));
            dz[i] += dloss.doubles()[0] / logits.elements() * (sigmoid - t[i]);
        }
    }

    @Override
    public void squaredError(double factor, Matrix x, Matrix target, Matrix loss) {
        double[] xv = x.doubles();
        double[] t = target.doubles();
        double sum = 0;
        for (int i = 0; i < x.elements(); i++) {
            double error = xv[i] - t[i];
            sum += error * error;
        }
        loss.doubles()[0] = factor * sum;
    }

    @Override
    public void squaredErrorGradient(double factor, Matrix x, Matrix target, Matrix dloss, Matrix dx) {
        double[] xv = x.doubles();
        double[] t = target.doubles();
        double[] dxv = toAddTo(dx);
        for (int i = 0; i < x.elements(); i++) {
            dxv[i] += dloss.doubles()[0] * 2 * factor * (xv[i] - t[i]);
        }
    }

    @Override
    public void matches(Matrix output, Matrix target, Matrix count) {
        int rows = output.rows();
        int cols = output.cols();
        int same = 0;
        for (int i = 0; i < rows; i++) {
            int answer = answer(output.doubles(), 0, i * cols, cols);
            same += answer >= 0 && answer == answer(target.doubles(), 0.5, i * cols, cols) ? 1 : 0;
        }
        count.doubles()[0] = same;
    }

    /** The class a row predicts, as {@link #matches} defines it; −1 for none. */
    private static int answer(double[] x, double threshold, int from, int length) {
        int best = from;
        for (int j = from; j < from + length; j++) {
            if (Double.isNaN(x[j])) {
                return -1;
            }
            best = x[j] > x[best] ? j : best;
        }
        if (length == 1) {
            return x[from] == Double.POSITIVE_INFINITY ? -1 : x[from] > threshold ? 1 : 0;
        }
        return Double.isFinite(x[best]) ? best - from : -1;
    }
}

package chainrule.backend.reference;

import static chainrule.backend.reference.ReferenceBackend.f64;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Target;

/** Softmax, the losses and their gradients. */
interface ReferenceLosses extends Backend {

    @Override
    default void softmax(int rows, int cols, Buffer x, Buffer y) {
        for (int i = 0; i < rows; i++) {
            Exponentials e = Exponentials.of(f64(x), i * cols, cols);
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                f64(y)[j] = e.softmax(f64(x)[j]);
            }
        }
    }

    @Override
    default void softmaxGradient(int rows, int cols, Buffer y, Buffer dy, Target dx) {
        double[] dxv = f64(dx.toAddTo(this));
        for (int i = 0; i < rows; i++) {
            double dot = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                dot += f64(dy)[j] * f64(y)[j];
            }
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                dxv[j] += f64(y)[j] * (f64(dy)[j] - dot);
            }
        }
    }

    @Override
    default void softmaxCrossEntropy(int rows, int cols, Buffer logits, Buffer target, Buffer loss) {
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            Exponentials e = Exponentials.of(f64(logits), i * cols, cols);
            double targetSum = 0;
            double dot = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                double t = f64(target)[j];
                targetSum += t;
                dot += t == 0 ? 0 : t * (f64(logits)[j] - e.max); // 0·log 0 counts as 0, its limit
            }
            sum += targetSum * Math.log(e.sum) - dot; // NaN if the row has no softmax, whatever its targets
        }
        f64(loss)[0] = sum / rows;
    }

    @Override
    default void softmaxCrossEntropyGradient(
            int rows, int cols, Buffer logits, Buffer target, Buffer dloss, Target dlogits) {
        double[] dz = f64(dlogits.toAddTo(this));
        for (int i = 0; i < rows; i++) {
            Exponentials e = Exponentials.of(f64(logits), i * cols, cols);
            double targetSum = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                targetSum += f64(target)[j];
            }
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                dz[j] += f64(dloss)[0] / rows * (e.softmax(f64(logits)[j]) * targetSum - f64(target)[j]);
            }
        }
    }

    /**
     * What a row's softmax is made of: its maximum and Σ e^(x − max), of which no term overflows. They are kept apart,
     * because max + log Σ as one number would round log Σ away where the logits are large.
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
    default void binaryCrossEntropy(Buffer logits, Buffer target, Buffer loss) {
        double sum = 0;
        for (int i = 0; i < logits.length(); i++) {
            double z = f64(logits)[i];
            sum += Math.max(z, 0) - z * f64(target)[i] + Math.log1p(Math.exp(-Math.abs(z)));
        }
        f64(loss)[0] = sum / logits.length();
    }

    @Override
    default void binaryCrossEntropyGradient(Buffer logits, Buffer target, Buffer dloss, Target dlogits) {
        double[] dz = f64(dlogits.toAddTo(this));
        for (int i = 0; i < logits.length(); i++) {
            double sigmoid = 1 / (1 + Math.exp(-f64(logits)[i]));
            dz[i] += f64(dloss)[0] / logits.length() * (sigmoid - f64(target)[i]);
        }
    }

    @Override
    default void squaredError(double factor, Buffer x, Buffer target, Buffer loss) {
        double sum = 0;
        for (int i = 0; i < x.length(); i++) {
            double error = f64(x)[i] - f64(target)[i];
            sum += error * error;
        }
        f64(loss)[0] = factor * sum;
    }

    @Override
    default void squaredErrorGradient(double factor, Buffer x, Buffer target, Buffer dloss, Target dx) {
        double[] dxv = f64(dx.toAddTo(this));
        for (int i = 0; i < x.length(); i++) {
            dxv[i] += f64(dloss)[0] * 2 * factor * (f64(x)[i] - f64(target)[i]);
        }
    }

    @Override
    default void matches(int rows, int cols, Buffer output, Buffer target, Buffer count) {
        int same = 0;
        for (int i = 0; i < rows; i++) {
            int answer = answer(f64(output), 0, i * cols, cols);
            same += answer >= 0 && answer == answer(f64(target), 0.5, i * cols, cols) ? 1 : 0;
        }
        f64(count)[0] = same;
    }

    /** The class a row stands for, as {@link #matches} says; −1 for none. */
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

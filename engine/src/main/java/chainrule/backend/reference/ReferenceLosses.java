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
            double logSum = logSumExp(f64(x), i * cols, cols);
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                f64(y)[j] = Math.exp(f64(x)[j] - logSum);
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
            double logSum = logSumExp(f64(logits), i * cols, cols);
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                sum -= f64(target)[j] == 0 ? 0 : f64(target)[j] * (f64(logits)[j] - logSum);
            }
            sum += 0 * logSum; // a NaN logit makes the loss NaN even where its target is 0
        }
        f64(loss)[0] = sum / rows;
    }

    @Override
    default void softmaxCrossEntropyGradient(
            int rows, int cols, Buffer logits, Buffer target, Buffer dloss, Target dlogits) {
        double[] dz = f64(dlogits.toAddTo(this));
        for (int i = 0; i < rows; i++) {
            double logSum = logSumExp(f64(logits), i * cols, cols);
            double targetSum = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                targetSum += f64(target)[j];
            }
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                double softmax = Math.exp(f64(logits)[j] - logSum);
                dz[j] += f64(dloss)[0] / rows * (softmax * targetSum - f64(target)[j]);
            }
        }
    }

    /** log Σ eˣ over one row, shifted by the row's maximum so that no eˣ overflows. */
    private static double logSumExp(double[] x, int from, int length) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = from; j < from + length; j++) {
            max = Math.max(max, x[j]);
        }
        double sum = 0;
        for (int j = from; j < from + length; j++) {
            sum += Math.exp(x[j] - max);
        }
        return max + Math.log(sum);
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
            boolean agree =
                    cols == 1
                            ? f64(output)[i] > 0 == f64(target)[i] > 0.5
                            : argMax(f64(output), i * cols, cols) == argMax(f64(target), i * cols, cols);
            same += agree ? 1 : 0;
        }
        f64(count)[0] = same;
    }

    private static int argMax(double[] x, int from, int length) {
        int best = 0;
        for (int j = 1; j < length; j++) {
            best = x[from + j] > x[from + best] ? j : best;
        }
        return best;
    }
}

package chainrule.backend.cpu;

import static chainrule.backend.cpu.Float32Backend.f32;

import chainrule.backend.Buffer;
import chainrule.backend.Target;

/** Softmax and the losses: a few numbers a row, so one thread, with sums in double. */
public interface Float32Losses extends Float32Host {

    @Override
    default void softmax(int rows, int cols, Buffer x, Buffer y) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        for (int i = 0; i < rows; i++) {
            float max = max(xv, i * cols, cols);
            double sum = sumExp(xv, i * cols, cols, max);
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                yv[j] = (float) (Math.exp((double) xv[j] - max) / sum);
            }
        }
    }

    @Override
    default void softmaxGradient(int rows, int cols, Buffer y, Buffer dy, Target dx) {
        float[] yv = f32(y);
        float[] dyv = f32(dy);
        float[] dxv = f32(dx.toAddTo(this));
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
    default void softmaxCrossEntropy(int rows, int cols, Buffer logits, Buffer target, Buffer loss) {
        float[] z = f32(logits);
        float[] t = f32(target);
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
        f32(loss)[0] = (float) (sum / rows);
    }

    @Override
    default void softmaxCrossEntropyGradient(
            int rows, int cols, Buffer logits, Buffer target, Buffer dloss, Target dlogits) {
        float[] z = f32(logits);
        float[] t = f32(target);
        float[] dz = f32(dlogits.toAddTo(this));
        double factor = (double) f32(dloss)[0] / rows;
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
    default void binaryCrossEntropy(Buffer logits, Buffer target, Buffer loss) {
        float[] z = f32(logits);
        float[] t = f32(target);
        double sum = 0;
        for (int i = 0; i < logits.length(); i++) {
            sum += Math.max(z[i], 0) - z[i] * t[i] + Math.log1p(Math.exp(-Math.abs(z[i])));
        }
        f32(loss)[0] = (float) (sum / logits.length());
    }

    @Override
    default void binaryCrossEntropyGradient(Buffer logits, Buffer target, Buffer dloss, Target dlogits) {
        float[] z = f32(logits);
        float[] t = f32(target);
        float[] dz = f32(dlogits.toAddTo(this));
        double factor = (double) f32(dloss)[0] / logits.length();
        for (int i = 0; i < logits.length(); i++) {
            dz[i] += (float) (factor * (1 / (1 + Math.exp(-z[i])) - t[i]));
        }
    }

    @Override
    default void squaredError(double factor, Buffer x, Buffer target, Buffer loss) {
        float[] xv = f32(x);
        float[] t = f32(target);
        double sum = 0;
        for (int i = 0; i < x.length(); i++) {
            double error = (double) xv[i] - t[i];
            sum += error * error;
        }
        f32(loss)[0] = (float) (factor * sum);
    }

    @Override
    default void squaredErrorGradient(double factor, Buffer x, Buffer target, Buffer dloss, Target dx) {
        float[] xv = f32(x);
        float[] t = f32(target);
        float[] dxv = f32(dx.toAddTo(this));
        float twice = (float) (f32(dloss)[0] * 2 * factor);
        for (int i = 0; i < x.length(); i++) {
            dxv[i] += twice * (xv[i] - t[i]);
        }
    }

    @Override
    default void matches(int rows, int cols, Buffer output, Buffer target, Buffer count) {
        float[] o = f32(output);
        float[] t = f32(target);
        int same = 0;
        for (int i = 0; i < rows; i++) {
            int answer = answer(o, 0, i * cols, cols);
            same += answer >= 0 && answer == answer(t, 0.5f, i * cols, cols) ? 1 : 0;
        }
        f32(count)[0] = same;
    }

    /** The class a row stands for, as {@link #matches} says; −1 for none. */
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

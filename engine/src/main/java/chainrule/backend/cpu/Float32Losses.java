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
            double logSum = logSumExp(xv, i * cols, cols);
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                yv[j] = (float) Math.exp(xv[j] - logSum);
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
            double logSum = logSumExp(z, i * cols, cols);
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                sum -= t[j] == 0 ? 0 : t[j] * (z[j] - logSum);
            }
            sum += 0 * logSum; // a NaN logit makes the loss NaN even where its target is 0
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
            double logSum = logSumExp(z, i * cols, cols);
            double targetSum = 0;
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                targetSum += t[j];
            }
            for (int j = i * cols; j < (i + 1) * cols; j++) {
                dz[j] += (float) (factor * (Math.exp(z[j] - logSum) * targetSum - t[j]));
            }
        }
    }

    private static double logSumExp(float[] x, int from, int length) {
        float max = Float.NEGATIVE_INFINITY;
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
            boolean agree =
                    cols == 1 ? o[i] > 0 == t[i] > 0.5f : argMax(o, i * cols, cols) == argMax(t, i * cols, cols);
            same += agree ? 1 : 0;
        }
        f32(count)[0] = same;
    }

    private static int argMax(float[] x, int from, int length) {
        int best = 0;
        for (int j = 1; j < length; j++) {
            best = x[from + j] > x[from + best] ? j : best;
        }
        return best;
    }
}

package chainrule.simd;

import static chainrule.backend.ejml.EjmlElementwise.toAddTo;
import static chainrule.simd.Lanes.LANES;

import chainrule.backend.Matrix;
import chainrule.backend.ejml.EjmlLosses;
import chainrule.backend.ejml.ThreadPool;

/**
 * Softmax and its cross-entropy. The cross-entropy of up to {@value SoftmaxKernels#CLASSES} classes has one row in each
 * lane; above that, both work along the columns, and threads share the rows. The softmax of few classes and the other
 * losses use the plain loops.
 */
final class SimdLosses extends EjmlLosses {
    /** Operations of the exponential of one element, for {@link #grain}. */
    private static final int COST = 8;

    private final ThreadPool threads;

    SimdLosses(ThreadPool threads) {
        this.threads = threads;
    }

    /** The fewest rows worth handing to another thread. */
    private static int grain(int cols, int cost) {
        return Math.ceilDiv(ThreadPool.GRAIN, cost * cols);
    }

    @Override
    public void softmax(Matrix x, Matrix y) {
        int cols = x.cols();
        if (cols <= SoftmaxKernels.CLASSES) {
            super.softmax(x, y);
            return;
        }
        float[] xv = x.floats();
        float[] yv = y.floats();
        threads.parallelFor(
                x.rows(), grain(cols, COST), (first, last) -> WideSoftmax.softmax(xv, yv, first, last, cols));
    }

    @Override
    public void softmaxGradient(Matrix y, Matrix dy, Matrix dx) {
        int cols = y.cols();
        if (cols <= SoftmaxKernels.CLASSES) {
            super.softmaxGradient(y, dy, dx);
            return;
        }
        float[] yv = y.floats();
        float[] dyv = dy.floats();
        WideSoftmax.Target sum = new WideSoftmax.Target(dx.floats(), dx.accumulate());
        threads.parallelFor(
                y.rows(), grain(cols, 2), (first, last) -> WideSoftmax.gradient(yv, dyv, sum, first, last, cols));
    }

    @Override
    public void softmaxCrossEntropy(Matrix logits, Matrix target, Matrix loss) {
        int rows = logits.rows();
        int cols = logits.cols();
        if (cols > SoftmaxKernels.CLASSES) {
            loss.floats()[0] = (float) (wideLoss(logits, target) / rows);
            return;
        }
        Scratch mine = Scratch.mine();
        float[] z = mine.array(Scratch.Use.PLANES, SoftmaxKernels.CLASSES * LANES);
        float[] t = mine.array(Scratch.Use.MORE_PLANES, SoftmaxKernels.CLASSES * LANES);
        float[] out = mine.array(Scratch.Use.TILE, 3 * LANES);
        double sum = 0;
        for (int first = 0; first < rows; first += LANES) {
            int count = Math.min(LANES, rows - first);
            SoftmaxKernels.turn(logits.floats(), first, count, cols, z);
            SoftmaxKernels.turn(target.floats(), first, count, cols, t);
            SoftmaxKernels.loss(z, t, cols, out);
            for (int i = 0; i < count; i++) {
                sum += out[2 * LANES + i] * Math.log(out[i]) - out[LANES + i];
            }
        }
        loss.floats()[0] = (float) (sum / rows);
    }

    @Override
    public void softmaxCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits) {
        int rows = logits.rows();
        int cols = logits.cols();
        if (cols > SoftmaxKernels.CLASSES) {
            wideLossGradient(logits, target, dloss.floats()[0] / rows, dlogits);
            return;
        }
        float[] dz = toAddTo(dlogits);
        Scratch mine = Scratch.mine();
        float[] z = mine.array(Scratch.Use.PLANES, SoftmaxKernels.CLASSES * LANES);
        float[] t = mine.array(Scratch.Use.MORE_PLANES, SoftmaxKernels.CLASSES * LANES);
        float factor = dloss.floats()[0] / rows;
        for (int first = 0; first < rows; first += LANES) {
            int count = Math.min(LANES, rows - first);
            SoftmaxKernels.turn(logits.floats(), first, count, cols, z);
            SoftmaxKernels.turn(target.floats(), first, count, cols, t);
            SoftmaxKernels.gradient(z, t, cols, factor);
            SoftmaxKernels.addTurned(z, first, count, cols, dz);
        }
    }

    /** The sum of the rows' losses, added in order. */
    private double wideLoss(Matrix logits, Matrix target) {
        int cols = logits.cols();
        float[] z = logits.floats();
        float[] t = target.floats();
        double[] losses = new double[logits.rows()];
        threads.parallelFor(
                losses.length, grain(cols, COST), (first, last) -> WideSoftmax.loss(z, t, losses, first, last, cols));
        double sum = 0;
        for (double of : losses) {
            sum += of;
        }
        return sum;
    }

    private void wideLossGradient(Matrix logits, Matrix target, float factor, Matrix dlogits) {
        int cols = logits.cols();
        float[] z = logits.floats();
        float[] t = target.floats();
        WideSoftmax.Target dz = new WideSoftmax.Target(dlogits.floats(), dlogits.accumulate());
        threads.parallelFor(
                logits.rows(),
                grain(cols, COST),
                (first, last) -> WideSoftmax.lossGradient(z, t, factor, dz, first, last, cols));
    }
}

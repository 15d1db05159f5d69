package chainrule.simd;

import static chainrule.backend.ejml.EjmlElementwise.toAddTo;
import static chainrule.simd.Lanes.LANES;

import chainrule.backend.Matrix;
import chainrule.backend.ejml.EjmlLosses;

/** Softmax cross-entropy of up to {@value SoftmaxKernels#CLASSES} classes; the rest uses the plain loops. */
final class SimdLosses extends EjmlLosses {

    @Override
    public void softmaxCrossEntropy(Matrix logits, Matrix target, Matrix loss) {
        int rows = logits.rows();
        int cols = logits.cols();
        if (cols > SoftmaxKernels.CLASSES) {
            super.softmaxCrossEntropy(logits, target, loss);
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
            super.softmaxCrossEntropyGradient(logits, target, dloss, dlogits);
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
}

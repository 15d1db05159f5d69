package chainrule.simd;

import static chainrule.backend.cpu.Float32Backend.f32;
import static chainrule.simd.Lanes.LANES;

import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.backend.cpu.Float32Losses;

/** Softmax cross-entropy of up to {@value SoftmaxKernels#CLASSES} classes; the rest is left to the plain loops. */
interface SimdLosses extends Float32Losses {

    @Override
    default void softmaxCrossEntropy(int rows, int cols, Buffer logits, Buffer target, Buffer loss) {
        if (cols > SoftmaxKernels.CLASSES) {
            Float32Losses.super.softmaxCrossEntropy(rows, cols, logits, target, loss);
            return;
        }
        Scratch mine = Scratch.mine();
        float[] z = mine.array(Scratch.Use.PLANES, SoftmaxKernels.CLASSES * LANES);
        float[] t = mine.array(Scratch.Use.MORE_PLANES, SoftmaxKernels.CLASSES * LANES);
        float[] out = mine.array(Scratch.Use.TILE, 3 * LANES);
        double sum = 0;
        for (int first = 0; first < rows; first += LANES) {
            int count = Math.min(LANES, rows - first);
            SoftmaxKernels.turn(f32(logits), first, count, cols, z);
            SoftmaxKernels.turn(f32(target), first, count, cols, t);
            SoftmaxKernels.loss(z, t, cols, out);
            for (int i = 0; i < count; i++) {
                sum += out[2 * LANES + i] * Math.log(out[i]) - out[LANES + i];
            }
        }
        f32(loss)[0] = (float) (sum / rows);
    }

    @Override
    default void softmaxCrossEntropyGradient(
            int rows, int cols, Buffer logits, Buffer target, Buffer dloss, Target dlogits) {
        if (cols > SoftmaxKernels.CLASSES) {
            Float32Losses.super.softmaxCrossEntropyGradient(rows, cols, logits, target, dloss, dlogits);
            return;
        }
        float[] dz = f32(dlogits.toAddTo(this));
        Scratch mine = Scratch.mine();
        float[] z = mine.array(Scratch.Use.PLANES, SoftmaxKernels.CLASSES * LANES);
        float[] t = mine.array(Scratch.Use.MORE_PLANES, SoftmaxKernels.CLASSES * LANES);
        float factor = f32(dloss)[0] / rows;
        for (int first = 0; first < rows; first += LANES) {
            int count = Math.min(LANES, rows - first);
            SoftmaxKernels.turn(f32(logits), first, count, cols, z);
            SoftmaxKernels.turn(f32(target), first, count, cols, t);
            SoftmaxKernels.gradient(z, t, cols, factor);
            SoftmaxKernels.addTurned(z, first, count, cols, dz);
        }
    }
}

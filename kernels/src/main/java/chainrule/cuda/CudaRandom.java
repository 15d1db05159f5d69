package chainrule.cuda;

import chainrule.backend.Matrix;
import chainrule.backend.RandomPrimitives;

/** Dropout masks: dropout.cu. */
final class CudaRandom implements RandomPrimitives {
    private final CudaStream stream;

    CudaRandom(CudaStream stream) {
        this.stream = stream;
    }

    @Override
    public void dropoutMask(long key, double rate, Matrix mask) {
        int n = mask.elements();
        stream.on(Kernel.DROPOUT_MASK, n)
                .i32(n)
                .i32((int) key)
                .i32((int) (key >>> 32))
                .f32(rate)
                .f32(1 / (1 - rate))
                .buffers(mask)
                .threads(Math.ceilDiv(n, 4));
    }
}

package chainrule.simd;

import chainrule.backend.Matrix;
import chainrule.backend.Philox;
import chainrule.backend.ejml.EjmlRandom;
import chainrule.backend.ejml.ThreadPool;

/** Random numbers, several blocks of the generator at once. */
final class SimdRandom extends EjmlRandom {

    SimdRandom(ThreadPool threads) {
        super(threads);
    }

    @Override
    public void dropoutMask(long key, double rate, Matrix mask) {
        float[] m = mask.floats();
        int whole = mask.elements() / (4 * DropoutMask.BLOCKS);
        float kept = (float) (1 / (1 - rate));
        threads.parallelFor(
                whole,
                128,
                (from, to) ->
                        DropoutMask.fill(
                                key, (float) rate, kept, m, from * DropoutMask.BLOCKS, to * DropoutMask.BLOCKS));
        int done = whole * 4 * DropoutMask.BLOCKS;
        for (int i = done; i < mask.elements(); i++) {
            m[i] = Philox.uniform(Philox.word(key, i)) >= (float) rate ? kept : 0;
        }
    }
}

package chainrule.backend.ejml;

import static chainrule.backend.ejml.ThreadPool.GRAIN;

import chainrule.backend.Matrix;
import chainrule.backend.Philox;
import chainrule.backend.RandomPrimitives;

/** Random numbers, four at a time, as the generator makes them. */
public class EjmlRandom implements RandomPrimitives {
    /** The threads that share a loop. */
    protected final ThreadPool threads;

    public EjmlRandom(ThreadPool threads) {
        this.threads = threads;
    }

    @Override
    public void dropoutMask(long key, double rate, Matrix mask) {
        int n = mask.elements();
        float[] m = mask.floats();
        float threshold = (float) rate;
        float kept = (float) (1 / (1 - rate));
        int blocks = Math.ceilDiv(n, 4);
        threads.parallelFor(
                blocks,
                GRAIN / 16,
                (from, to) -> {
                    int[] words = new int[4];
                    for (int b = from; b < to; b++) {
                        Philox.block(key, b, words);
                        for (int i = 4 * b; i < Math.min(4 * b + 4, n); i++) {
                            m[i] = Philox.uniform(words[i & 3]) >= threshold ? kept : 0;
                        }
                    }
                });
    }
}

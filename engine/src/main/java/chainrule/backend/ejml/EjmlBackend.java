package chainrule.backend.ejml;

import chainrule.backend.Backend;
import chainrule.backend.Families;
import chainrule.backend.Memory;

/**
 * The portable CPU backend: float32, matrix products by EJML, all other primitives as plain loops over {@code float[]} that
 * the JIT compiler vectorizes where it can. It needs no JVM flag and no native code.
 */
public final class EjmlBackend extends Backend {
    private final ThreadPool threads;

    /** @param threads the number of threads that share a loop or a product */
    public EjmlBackend(int threads) {
        ThreadPool pool = new ThreadPool(threads);
        Memory memory = Memory.ofFloats(0);
        EjmlMatrices matrices = new EjmlMatrices(pool);
        super(
                memory,
                new EjmlTransfers(memory, 0),
                new Families(
                        matrices,
                        new EjmlElementwise(pool),
                        new EjmlImages(pool, memory, matrices),
                        new EjmlNormalization(pool),
                        new EjmlLosses(),
                        new EjmlUpdates(pool),
                        new EjmlRandom(pool)));
        this.threads = pool;
    }

    @Override
    public String name() {
        return "ejml";
    }

    @Override
    public String description() {
        return "float32, EJML products, " + threads;
    }

    @Override
    public double unitRoundoff() {
        return 0x1p-24;
    }

    @Override
    public void close() {
        memory().requireThisThread();
        threads.close();
        super.close();
    }
}

package chainrule.simd;

import chainrule.backend.Backend;
import chainrule.backend.Families;
import chainrule.backend.Memory;
import chainrule.backend.ejml.ThreadPool;

/** The fast CPU backend: float32 on the JDK's Vector API, in pure Java. */
public final class SimdBackend extends Backend {
    private final ThreadPool threads;
    private final boolean inPlace;

    /** @param threads the number of threads that share a loop or a product */
    public SimdBackend(int threads) {
        this(threads, true);
    }

    /** @param inPlace false to store each gradient separately from dy, for tests that compare the two */
    SimdBackend(int threads, boolean inPlace) {
        ThreadPool pool = new ThreadPool(threads);
        Memory memory = Memory.ofFloats(Lanes.PADDING);
        SimdMatrices matrices = new SimdMatrices(pool);
        super(
                memory,
                new SimdTransfers(pool, memory),
                new Families(
                        matrices,
                        new SimdElementwise(pool),
                        new SimdImages(pool, memory, matrices),
                        new SimdNormalization(pool),
                        new SimdLosses(pool),
                        new SimdUpdates(pool),
                        new SimdRandom(pool)));
        this.threads = pool;
        this.inPlace = inPlace;
    }

    @Override
    public String name() {
        return "simd";
    }

    @Override
    public String description() {
        return "float32, Vector API " + Lanes.LANES * Float.SIZE + " bit, " + threads;
    }

    @Override
    public double unitRoundoff() {
        return 0x1p-24;
    }

    @Override
    public boolean inPlaceGradients() {
        return inPlace;
    }

    @Override
    public void close() {
        memory().requireThisThread();
        threads.close();
        super.close();
    }
}

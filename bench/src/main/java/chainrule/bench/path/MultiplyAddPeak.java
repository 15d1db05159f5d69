package chainrule.bench.path;

import chainrule.backend.ejml.ThreadPool;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Param;

/** The machine's peak of multiply-adds: sixteen independent chains in registers, on each thread. */
public class MultiplyAddPeak extends Workbench {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int PIECES = 64;
    private static final int ROUNDS = 1000;
    private static final int CHAINS = 16;

    @Param("registers")
    public String shape;

    private ThreadPool pool;
    private final float[] sink = new float[PIECES * SPECIES.length()];

    @Override
    void operands() {
        pool = new ThreadPool(threads);
    }

    @Override
    void closeOperands() {
        pool.close();
    }

    @Benchmark
    public float[] multiplyAdd() {
        pool.parallelFor(
                PIECES,
                1,
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        chains(sink, i * SPECIES.length());
                    }
                });
        return sink;
    }

    /** Compiled separately: inlined into a worker's endless loop it lost a third of its speed to spilled registers. */
    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    private static void chains(float[] sink, int at) {
        FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
        FloatVector v0 = x;
        FloatVector v1 = x;
        FloatVector v2 = x;
        FloatVector v3 = x;
        FloatVector v4 = x;
        FloatVector v5 = x;
        FloatVector v6 = x;
        FloatVector v7 = x;
        FloatVector v8 = x;
        FloatVector v9 = x;
        FloatVector v10 = x;
        FloatVector v11 = x;
        FloatVector v12 = x;
        FloatVector v13 = x;
        FloatVector v14 = x;
        FloatVector v15 = x;
        for (int r = 0; r < ROUNDS; r++) {
            v0 = x.fma(v0, x);
            v1 = x.fma(v1, x);
            v2 = x.fma(v2, x);
            v3 = x.fma(v3, x);
            v4 = x.fma(v4, x);
            v5 = x.fma(v5, x);
            v6 = x.fma(v6, x);
            v7 = x.fma(v7, x);
            v8 = x.fma(v8, x);
            v9 = x.fma(v9, x);
            v10 = x.fma(v10, x);
            v11 = x.fma(v11, x);
            v12 = x.fma(v12, x);
            v13 = x.fma(v13, x);
            v14 = x.fma(v14, x);
            v15 = x.fma(v15, x);
        }
        v0.add(v1)
                .add(v2.add(v3))
                .add(v4.add(v5).add(v6.add(v7)))
                .add(v8.add(v9).add(v10.add(v11)).add(v12.add(v13).add(v14.add(v15))))
                .intoArray(sink, at);
    }

    @Override
    public Work work(String operation, String shape) {
        return Work.flop(2.0 * CHAINS * SPECIES.length() * ROUNDS * PIECES);
    }
}

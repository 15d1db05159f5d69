package chainrule.bench.path;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.stream.DoubleStream;

/** The machine's peak of multiply-adds: sixteen independent chains in registers, on each thread. */
final class MultiplyAddPeak {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int ROUNDS = 1000;
    private static final int CHAINS = 16;

    /** Calls of a sample while the loop is compiled. */
    private static final int WARM_UP_CALLS = 100;

    /** Keeps {@link #chains} out of line: inlined into a loop of a thread it lost a third of its speed to spills. */
    static final String JVM_OPTION = "-XX:CompileCommand=dontinline," + MultiplyAddPeak.class.getName() + "::chains";

    private final Team team;
    private final float[] sink;

    MultiplyAddPeak(Team team) {
        this.team = team;
        this.sink = new float[team.threads() * distance()];
    }

    /** Results of threads are on different cache lines. */
    private static int distance() {
        return Math.max(64, SPECIES.length());
    }

    /** The work of one round of calls: one call of {@link #chains} on each thread. */
    Work work() {
        return Work.flop(2.0 * CHAINS * SPECIES.length() * ROUNDS * team.threads());
    }

    /**
     * Nanoseconds of one round, for each sample. Each thread calls so often that a sample lasts about the given time.
     *
     * @param sampleNanos at least 200 µs, so that the start of the threads is a small part
     */
    double[] samples(int count, double sampleNanos) {
        double flop = work().flop();
        Team.warmUp(() -> flop / sample(WARM_UP_CALLS));
        double once = DoubleStream.generate(() -> sample(WARM_UP_CALLS)).limit(5).min().orElseThrow();
        int calls = (int) Math.max(1, sampleNanos / once);
        return DoubleStream.generate(() -> sample(calls)).limit(count).toArray();
    }

    private double sample(int calls) {
        double nanos =
                team.nanos(
                        part -> {
                            for (int i = 0; i < calls; i++) {
                                chains(sink, part * distance());
                            }
                        });
        return nanos / calls;
    }

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
}

package chainrule.bench.path;

import chainrule.backend.ejml.ThreadPool;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The machine's bandwidth: the triad a = b + s·c over three arrays of the given length, which fit the first- and
 * second-level caches, the last-level cache, or only memory. A written line counts once, although the machine may read
 * it first.
 */
public class BandwidthPeak extends Workbench {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int GRAIN = 4096;

    @Param({"4096", "524288", "16777216"})
    public String shape;

    private ThreadPool pool;
    private float[] a;
    private float[] b;
    private float[] c;

    @Override
    void operands() {
        pool = new ThreadPool(threads);
        int length = sizes(shape)[0];
        a = new float[length];
        b = new float[length];
        c = new float[length];
        pool.parallelFor(length, GRAIN, this::triad);
    }

    @Override
    void closeOperands() {
        pool.close();
    }

    @Benchmark
    public float[] triad() {
        pool.parallelFor(a.length, GRAIN, this::triad);
        return a;
    }

    private void triad(int from, int to) {
        float[] x = a;
        float[] y = b;
        float[] z = c;
        FloatVector s = FloatVector.broadcast(SPECIES, 0.5f);
        int i = from;
        for (; i <= to - SPECIES.length(); i += SPECIES.length()) {
            FloatVector.fromArray(SPECIES, z, i).fma(s, FloatVector.fromArray(SPECIES, y, i)).intoArray(x, i);
        }
        for (; i < to; i++) {
            x[i] = y[i] + 0.5f * z[i];
        }
    }

    @Override
    public Work work(String operation, String shape) {
        return Work.floats(3.0 * sizes(shape)[0]);
    }
}

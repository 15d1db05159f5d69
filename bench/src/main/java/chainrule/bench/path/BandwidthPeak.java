package chainrule.bench.path;

import chainrule.backend.cpu.Float32Backend;
import chainrule.backend.cpu.Workers;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The machine's bandwidth: the triad a = b + s·c over three arrays of that length, which lie in the first and second
 * cache, in the last one, or in memory. A line that is written is counted once, though the machine may read it first.
 */
public class BandwidthPeak extends Workbench {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int GRAIN = 4096;

    @Param({"4096", "524288", "16777216"})
    public String shape;

    private Workers workers;
    private float[] a;
    private float[] b;
    private float[] c;

    @Override
    void operands() {
        workers = ((Float32Backend) k).workers();
        int length = sizes(shape)[0];
        a = new float[length];
        b = new float[length];
        c = new float[length];
        workers.loop(length, GRAIN, this::triad);
    }

    @Benchmark
    public float[] triad() {
        workers.loop(a.length, GRAIN, this::triad);
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

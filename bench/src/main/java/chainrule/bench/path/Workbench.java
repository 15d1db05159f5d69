package chainrule.bench.path;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;

import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The base of each benchmark: a backend with operands. The command sets forks, warm-up and times. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public abstract class Workbench {
    /** The name of the backend. */
    @Param("simd")
    public String backend;

    /** The backend's number of threads; JMH always uses one, because one thread drives a backend. */
    @Param("1")
    public int threads;

    /** The backend's device; "" for its default. */
    @Param("")
    public String device;

    Backend opened;

    @Setup
    public final void open() {
        opened = Backends.open(backend, new chainrule.backend.provider.Setup(threads, device, false)).backend();
        opened.openScope("benchmark");
        operands();
    }

    @TearDown
    public final void close() {
        closeOperands();
        opened.close();
    }

    /** Allocates the operands. */
    abstract void operands();

    /** Releases resources that are not in the scope of the benchmark. */
    void closeOperands() {}

    /** The work of one call, given the name of the benchmark method, the shape and the backend. */
    public abstract Work work(String operation, String shape, String onBackend);

    /** Standard normal values, always the same. */
    static float[] normal(int length) {
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}

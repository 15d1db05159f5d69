package chainrule.bench.path;

import chainrule.backend.Backend;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.provider.Backends;

import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The base of each benchmark: a backend with operands. There are two forks, because one start of the JVM in a few
 * compiles a kernel badly, and two seconds of warm-up, because a kernel is a hundred times slower until it is compiled.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
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

    /** The work of one call, given the name of the benchmark method and the shape. */
    public abstract Work work(String operation, String shape);

    /** A buffer of elements in [0, 0.1), always the same. */
    final Buffer elements(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (i * 0x9E3779B9 >>> 8) * 0x1p-24f * 0.1f;
        }
        Buffer buffer = opened.allocate(length, "operand");
        opened.upload(values, 0, buffer);
        return buffer;
    }

    /** "128x784x32", "3-32@32" → its integers. */
    static int[] sizes(String shape) {
        return Arrays.stream(shape.split("\\D+")).mapToInt(Integer::parseInt).toArray();
    }
}

package chainrule.bench.path;

import chainrule.backend.Backend;
import chainrule.backend.Backends;
import chainrule.backend.Buffer;

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
 * A backend with operands on it: what every benchmark begins with. Two forks, because one start of the JVM in a few
 * compiles a kernel badly; a second of warm-up twice, because until it is compiled a kernel is a hundred times slower.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public abstract class Workbench {
    /** The backend's name. */
    @Param("simd")
    public String backend;

    /** Threads of the backend; JMH's own is always one, because one thread drives a backend. */
    @Param("1")
    public int threads;

    /** Which of the backend's devices, "" for its own choice. */
    @Param("")
    public String device;

    Backend k;

    @Setup
    public final void open() {
        k = Backends.open(backend, new chainrule.backend.Setup(threads, device, false)).backend();
        k.openScope("benchmark");
        operands();
    }

    @TearDown
    public final void close() {
        k.close();
    }

    /** Allocates what the calls work on. */
    abstract void operands();

    /** What one call does, given the benchmark method's name and the shape. */
    public abstract Work work(String operation, String shape);

    /** Numbers in (0, 0.1), always the same. */
    final Buffer numbers(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (i * 0x9E3779B9 >>> 8) * 0x1p-24f * 0.1f;
        }
        Buffer buffer = k.allocate(length, "operand");
        k.upload(values, 0, buffer);
        return buffer;
    }

    /** "128x784x32", "3-32@32" → the numbers in it. */
    static int[] sizes(String shape) {
        return Arrays.stream(shape.split("\\D+")).mapToInt(Integer::parseInt).toArray();
    }
}

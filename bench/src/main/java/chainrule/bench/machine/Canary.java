package chainrule.bench.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/**
 * Measures how fast the machine itself is at the moment: 20 ms of multiply-adds in the first-level cache, then 20 ms of
 * a triad, a[i] = b[i] + s·c[i], over arrays larger than the last cache. All processors work at the same time. Measured
 * before and after a benchmark, it shows whether the machine has become slower or faster in between.
 *
 * <p>These are plain loops and not peaks: only changes of the two speeds mean something.
 */
public final class Canary implements AutoCloseable {
    private static final long NANOS = 20_000_000;

    /** Passes over a piece between two looks at the clock: some ten microseconds. */
    private static final int PASSES = 64;

    /** Elements of an array of the multiply-adds: 8 KB. */
    private static final int SMALL = 2048;

    /** Elements of a piece of the triad between two looks at the clock. */
    private static final int PIECE = 16_384;

    private static final long WARM_UP_NANOS = 400_000_000;

    private final int processors = Runtime.getRuntime().availableProcessors();
    private final List<Lane> lanes = new ArrayList<>();
    private final ExecutorService threads;

    /** Starts the threads, and warms up for at most a second. */
    public Canary() {
        long last = new Machine(Path.of("/")).lastCacheBytes().orElse(32L << 20);
        long bytes = Math.min(Math.max(2 * last, 64L << 20), Runtime.getRuntime().maxMemory() / 8);
        int length = (int) Math.max(PIECE, bytes / (3 * Float.BYTES) / processors / PIECE * PIECE);
        for (int i = 0; i < processors; i++) {
            lanes.add(new Lane(length));
        }
        threads =
                Executors.newFixedThreadPool(
                        processors,
                        task -> {
                            Thread thread = new Thread(task, "canary");
                            thread.setDaemon(true);
                            return thread;
                        });
        for (long end = System.nanoTime() + WARM_UP_NANOS; System.nanoTime() < end; ) {
            measure();
        }
    }

    /** The work of one thread. */
    private static final class Lane {
        private final float[] small = new float[SMALL];
        private final float[] a;
        private final float[] b;
        private final float[] c;
        private int next;

        Lane(int length) {
            a = new float[length];
            b = new float[length];
            c = new float[length];
        }

        /** Floating-point operations a second. */
        double multiplyAdds() {
            long start = System.nanoTime();
            long now;
            long passes = 0;
            do {
                for (int pass = 0; pass < PASSES; pass++) {
                    multiplyAdd(small);
                }
                passes += PASSES;
                now = System.nanoTime();
            } while (now - start < NANOS);
            return 2e9 * passes * SMALL / (now - start);
        }

        /** Bytes a second. */
        double triad() {
            long start = System.nanoTime();
            long now;
            long pieces = 0;
            do {
                triad(a, b, c, next);
                next = (next + PIECE) % a.length;
                pieces++;
                now = System.nanoTime();
            } while (now - start < NANOS);
            return 3e9 * Float.BYTES * pieces * PIECE / (now - start);
        }

        private static void multiplyAdd(float[] x) {
            for (int i = 0; i < x.length; i++) {
                x[i] = x[i] * 0.5f + 1f;
            }
        }

        private static void triad(float[] a, float[] b, float[] c, int from) {
            for (int i = from; i < from + PIECE; i++) {
                a[i] = b[i] + 0.5f * c[i];
            }
        }
    }

    /** Measures for 40 ms. Returns floating-point operations a second and bytes a second, all processors together. */
    public double[] measure() {
        return new double[] {all(Lane::multiplyAdds), all(Lane::triad)};
    }

    private double all(ToDoubleFunction<Lane> work) {
        List<Callable<Double>> tasks = new ArrayList<>();
        lanes.forEach(lane -> tasks.add(() -> work.applyAsDouble(lane)));
        try {
            double sum = 0;
            for (Future<Double> speed : threads.invokeAll(tasks)) {
                sum += speed.get();
            }
            return sum;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring the machine's speed", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * The largest change of a speed: 0.05 if the median of one of them rose or fell by 5 %, counted from the lower one.
     *
     * @param before results of {@link #measure}, at least one
     * @param after results of {@link #measure}, at least one
     */
    public static double drift(List<double[]> before, List<double[]> after) {
        double drift = 0;
        for (int i = 0; i < before.getFirst().length; i++) {
            double a = median(before, i);
            double b = median(after, i);
            drift = Math.max(drift, Math.max(a, b) / Math.min(a, b) - 1);
        }
        return drift;
    }

    private static double median(List<double[]> speeds, int i) {
        List<Double> values = new ArrayList<>(speeds.stream().map(s -> s[i]).toList());
        Collections.sort(values);
        int n = values.size();
        return (values.get((n - 1) / 2) + values.get(n / 2)) / 2;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

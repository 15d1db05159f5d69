package chainrule.bench.path;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;

/**
 * Threads that begin their parts of some work at the same time, for the measurement of a peak. Each thread has one part of
 * equal size, so none is idle, and there is no dispatch within the measured time: unlike
 * {@link chainrule.backend.ejml.ThreadPool}, whose pieces suit loops of microseconds.
 */
final class Team implements AutoCloseable {
    /** Operations or bytes for each nanosecond: no interpreted vector loop reaches it, and every compiled one does. */
    private static final double COMPILED_RATE = 3;

    private static final long WARM_UP_NANOS = 150_000_000;

    /** A busy machine may need seconds to compile a loop. */
    private static final long MOST_WARM_UP_NANOS = 20_000_000_000L;

    private final int threads;
    private final CyclicBarrier barrier;
    private volatile IntConsumer work;

    Team(int threads) {
        this.threads = threads;
        this.barrier = new CyclicBarrier(threads);
        for (int i = 1; i < threads; i++) {
            int part = i;
            Thread.ofPlatform().daemon().name("chainrule-peak-" + part).start(() -> serve(part));
        }
    }

    int threads() {
        return threads;
    }

    /**
     * The first index of a part when n indices are split, at multiples of a grain except for the end.
     *
     * @param part 0 … parts; {@code parts} for the end
     */
    static int from(int part, int parts, int n, int grain) {
        return part == parts ? n : (int) ((long) n * part / parts) / grain * grain;
    }

    /**
     * Repeats a sample until its loop is compiled: until it is fast enough and some time has passed.
     *
     * @param rate runs a sample, and returns its operations or bytes for each nanosecond
     */
    static void warmUp(DoubleSupplier rate) {
        long start = System.nanoTime();
        boolean compiled = false;
        while (!compiled || System.nanoTime() - start < WARM_UP_NANOS) {
            compiled = rate.getAsDouble() > COMPILED_RATE || System.nanoTime() - start > MOST_WARM_UP_NANOS;
        }
    }

    /** Runs the work for all parts at once and returns the nanoseconds until the last one has finished. */
    double nanos(IntConsumer next) {
        work = next;
        await();
        long start = System.nanoTime();
        next.accept(0);
        await();
        return System.nanoTime() - start;
    }

    private void serve(int part) {
        while (true) {
            await();
            IntConsumer next = work;
            if (next == null) {
                return;
            }
            next.accept(part);
            await();
        }
    }

    private void await() {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        work = null;
        await();
    }
}

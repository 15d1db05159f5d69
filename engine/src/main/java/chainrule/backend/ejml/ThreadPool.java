package chainrule.backend.ejml;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A handful of persistent threads that run loops in pieces.
 *
 * <p>A training step has hundreds of loops of a few microseconds, and waking a parked thread costs tens of them. So a helper
 * spins for a millisecond before it parks, which outlasts the small layers of a step that one thread does alone.
 * Threads claim pieces as they become free. A loop body must therefore write only results that belong to its own indices, and
 * so the bits do not depend on the number of threads.
 */
public final class ThreadPool implements AutoCloseable {
    /** Fewest cheap operations worth a hand-over to another thread: some ten microseconds of work. */
    public static final int GRAIN = 16_384;

    private static final long SPIN_NANOS = 1_000_000;

    /** Nanoseconds that a caller spins for the others before it yields its processor. */
    private static final long PATIENCE_NANOS = 20_000;

    private final Thread[] helpers;
    private volatile Job job;
    private final AtomicInteger parked = new AtomicInteger();
    private volatile boolean closed;

    /** The body of a loop over indices from (inclusive) to (exclusive). */
    @FunctionalInterface
    public interface Body {
        void run(int from, int to);
    }

    /** @param threads the number of threads that work on a loop, the caller included */
    public ThreadPool(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + ", expected at least 1");
        }
        helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Thread(this::help, "chainrule-worker-" + (i + 1));
            helpers[i].setDaemon(true);
            helpers[i].start();
        }
    }

    /** The number of threads that work on a loop. */
    public int threads() {
        return helpers.length + 1;
    }

    /**
     * Runs {@code body} over 0 … n − 1.
     *
     * @param grain the fewest indices worth handing to another thread
     */
    public void parallelFor(int n, int grain, Body body) {
        int pieces = Math.min(threads() * 2, n / Math.max(1, grain));
        if (helpers.length == 0 || pieces < 2) {
            if (n > 0) {
                body.run(0, n);
            }
            return;
        }
        Job posted = new Job(body, n, Math.ceilDiv(n, pieces));
        job = posted;
        // Waking a helper that spins anyway would cost as much as the rest of the hand-over.
        if (parked.get() > 0) {
            for (Thread helper : helpers) {
                LockSupport.unpark(helper);
            }
        }
        posted.work();
        posted.await();
    }

    @Override
    public String toString() {
        return threads() + (threads() == 1 ? " thread" : " threads");
    }

    private void help() {
        Job last = null;
        long idleSince = System.nanoTime();
        while (!closed) {
            Job next = job;
            if (next != last) {
                next.work();
                last = next;
                idleSince = System.nanoTime();
            } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                parked.incrementAndGet();
                if (job == last && !closed) { // if a job was posted in between, this thread may have missed its wake-up
                    LockSupport.parkNanos(this, 50_000_000);
                }
                parked.decrementAndGet();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread helper : helpers) {
            LockSupport.unpark(helper);
        }
    }

    /** One posted loop; a helper that arrives late finds no piece to claim. */
    private static final class Job {
        private final Body body;
        private final int n;
        private final int size;
        private final AtomicLong next = new AtomicLong();
        private final AtomicInteger remaining;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Job(Body body, int n, int size) {
            this.body = body;
            this.n = n;
            this.size = size;
            this.remaining = new AtomicInteger(n);
        }

        void work() {
            // in long: n may be the largest int, and every thread claims one piece too many
            for (long at = next.getAndAdd(size); at < n; at = next.getAndAdd(size)) {
                int from = (int) at;
                int to = (int) Math.min(n, at + size);
                try {
                    body.run(from, to);
                } catch (Throwable t) {
                    failure.compareAndSet(null, t);
                }
                remaining.addAndGet(from - to);
            }
        }

        void await() {
            long since = System.nanoTime();
            while (remaining.get() > 0) {
                if (System.nanoTime() - since < PATIENCE_NANOS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield(); // on a busy machine the helper may be waiting for this very processor
                }
            }
            switch (failure.get()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable t -> throw new IllegalStateException(t);
            }
        }
    }
}

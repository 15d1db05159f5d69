package chainrule.data;

import chainrule.backend.HostArray;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Iterates over the batches of an epoch, prepared by background threads while the caller works on the previous batch.
 * The content of a batch is a function of its index alone, so prefetching is bit-identical to {@link Batches#epoch} for
 * any number of threads.
 *
 * <p>Batch b is written to slot b mod n; there are two more slots than threads. The slots belong to the {@link Batches}
 * and are reused in its next epoch. If preparing a batch fails, {@link #next()} throws the exception for that batch.
 *
 * <pre>{@code
 * try (Prefetcher epoch = batches.prefetch(draws, number, 0)) {
 *     for (Batch batch : epoch) { … }
 * }
 * }</pre>
 *
 * Only one thread may read from it. {@link #close} ends its threads, whether or not all batches have been read.
 */
public final class Prefetcher implements Iterable<Batch>, Iterator<Batch>, AutoCloseable {
    private final EpochPlan plan;
    private final Slot[] slots;
    private final Thread[] threads;
    private final Runnable onClose;
    private final AtomicInteger nextToPrepare;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** The index of the batch in use by the caller; the slots of all earlier batches are free. */
    private int current;

    private boolean closed;
    private long waitedNanos;

    /** A pair of arrays and the batch they hold. */
    static final class Slot {
        final float[] inputs;
        final float[] targets;
        private int index;
        private Batch batch;
        private Throwable failure;

        Slot(int inputs, int targets) {
            this.inputs = HostArray.of(inputs);
            this.targets = HostArray.of(targets);
        }
    }

    /**
     * @param first the index of the first batch
     * @param slots more than there are threads
     * @param onClose runs once, when the slots are free again
     */
    Prefetcher(EpochPlan plan, int first, Slot[] slots, int threads, Runnable onClose) {
        this.plan = plan;
        this.slots = slots;
        this.onClose = onClose;
        this.nextToPrepare = new AtomicInteger(first);
        this.current = first - 1;
        for (Slot slot : slots) {
            slot.index = -1;
            slot.batch = null;
            slot.failure = null;
        }
        this.threads = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            this.threads[i] =
                    Thread.ofPlatform().daemon().name("chainrule-prefetch-" + (i + 1)).start(() -> prepare(first));
        }
    }

    private void prepare(int first) {
        EpochPlan.Writer writer = null;
        for (int b = nextToPrepare.getAndIncrement(); b < plan.count(); b = nextToPrepare.getAndIncrement()) {
            Slot slot = slots[b % slots.length];
            if (!awaitFree(b, first)) {
                return;
            }
            Throwable failure = null;
            Batch batch = null;
            try {
                writer = writer == null ? plan.writer() : writer;
                batch = writer.write(b, slot.inputs, slot.targets);
            } catch (Throwable t) { // also an Error: without a result the caller would wait forever
                failure = t;
            }
            lock.lock();
            try {
                slot.index = b;
                slot.batch = batch;
                slot.failure = failure;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Blocks until the slot of batch b is free; returns false if the prefetcher is closed. */
    private boolean awaitFree(int b, int first) {
        lock.lock();
        try {
            while (!closed && b - slots.length >= Math.max(first, current)) {
                changed.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Iterator<Batch> iterator() {
        return this;
    }

    @Override
    public boolean hasNext() {
        return current + 1 < plan.count();
    }

    /**
     * Returns the next batch, which is valid until the following call.
     *
     * @throws RuntimeException if reading or augmenting an example of this batch threw it
     */
    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no more batches of " + plan.name() + " in this epoch");
        }
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the prefetcher of " + plan.name() + " is closed");
            }
            current++;
            changed.signalAll(); // frees the slot of the previous batch
            Slot slot = slots[current % slots.length];
            if (slot.index != current) {
                long start = System.nanoTime();
                while (slot.index != current) {
                    changed.awaitUninterruptibly();
                }
                waitedNanos += System.nanoTime() - start;
            }
            if (slot.failure != null) {
                throw rethrown(slot.failure);
            }
            return slot.batch;
        } finally {
            lock.unlock();
        }
    }

    /** The original exception, with the caller's stack trace attached as a suppressed exception. */
    private RuntimeException rethrown(Throwable failure) {
        failure.addSuppressed(new IllegalStateException("batch " + (current + 1) + " was requested here"));
        return switch (failure) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(failure);
        };
    }

    /** Returns the seconds that {@link #next()} has spent waiting for batches so far. */
    public double waitedSeconds() {
        return waitedNanos / 1e9;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join(); // it finishes its batch; an interrupt could close files of the data set
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        onClose.run();
    }
}

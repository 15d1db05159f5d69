package chainrule.data;

import chainrule.backend.Buffer;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A pass whose batches are prepared by threads of their own, while the caller works on the batch before. What a batch holds
 * is a function of its number alone, so the bits are those of the same pass without threads, however many there are.
 *
 * <p>Batch b is written into slot b mod n, one slot more than there are batches under way; the arrays are those of the
 * {@link Batches} and are used again in its next pass. What a thread meets surfaces in {@link #next()} for the batch that
 * it could not prepare.
 *
 * <pre>{@code
 * try (BackgroundPass pass = batches.ahead(draws, epoch, 0)) {
 *     for (Batch batch : pass) { … }
 * }
 * }</pre>
 *
 * To be read by one thread. Closing it, read to its end or not, ends its threads.
 */
public final class BackgroundPass implements Iterable<Batch>, Iterator<Batch>, AutoCloseable {
    private final PassContent content;
    private final Slot[] slots;
    private final Thread[] threads;
    private final Runnable whenClosed;
    private final AtomicInteger toPrepare;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** The batch the caller works on, and so how many it has given back. */
    private int current;

    private boolean closed;
    private long waited;

    /** Two arrays, and what stands in them. */
    static final class Slot {
        final float[] inputs;
        final float[] targets;
        private int number;
        private Batch batch;
        private Throwable failure;

        Slot(int inputs, int targets) {
            this.inputs = new float[inputs + Buffer.SLACK];
            this.targets = new float[targets + Buffer.SLACK];
        }
    }

    /**
     * @param first the number of the batch it begins with
     * @param slots more than there are threads
     * @param whenClosed is run once, when the slots are free again
     */
    BackgroundPass(PassContent content, int first, Slot[] slots, int threads, Runnable whenClosed) {
        this.content = content;
        this.slots = slots;
        this.whenClosed = whenClosed;
        this.toPrepare = new AtomicInteger(first);
        this.current = first - 1;
        for (Slot slot : slots) {
            slot.number = -1;
            slot.batch = null;
            slot.failure = null;
        }
        this.threads = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            this.threads[i] =
                    Thread.ofPlatform().daemon().name("chainrule-input-" + (i + 1)).start(() -> prepare(first));
        }
    }

    private void prepare(int first) {
        PassContent.Writer writer = null;
        for (int b = toPrepare.getAndIncrement(); b < content.count(); b = toPrepare.getAndIncrement()) {
            Slot slot = slots[b % slots.length];
            if (!awaitFree(b, first)) {
                return;
            }
            Throwable failure = null;
            Batch batch = null;
            try {
                writer = writer == null ? content.writer() : writer;
                batch = writer.write(b, slot.inputs, slot.targets);
            } catch (Throwable t) { // even an Error belongs to the caller, who would wait for this batch for ever
                failure = t;
            }
            lock.lock();
            try {
                slot.number = b;
                slot.batch = batch;
                slot.failure = failure;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until the caller has given the slot of batch b back; false if nobody wants the batch any more. */
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
        return current + 1 < content.count();
    }

    /**
     * The next batch, valid until the one after is asked for.
     *
     * @throws RuntimeException what reading or augmenting its examples threw
     */
    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the pass over " + content.name() + " is over");
        }
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the pass over " + content.name() + " is closed");
            }
            current++;
            changed.signalAll(); // the slot of the batch before is free
            Slot slot = slots[current % slots.length];
            if (slot.number != current) {
                long start = System.nanoTime();
                while (slot.number != current) {
                    changed.awaitUninterruptibly();
                }
                waited += System.nanoTime() - start;
            }
            if (slot.failure != null) {
                throw surfaced(slot.failure);
            }
            return slot.batch;
        } finally {
            lock.unlock();
        }
    }

    /** The same exception as without threads, with the place where the batch was asked for beside its own. */
    private RuntimeException surfaced(Throwable failure) {
        failure.addSuppressed(new IllegalStateException("batch " + (current + 1) + " was asked for here"));
        return switch (failure) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(failure);
        };
    }

    /** Seconds that the caller has waited for batches so far. */
    public double waitedSeconds() {
        return waited / 1e9;
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
                    thread.join(); // it finishes the batch it is at; interrupting it could close files of the data set
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        whenClosed.run();
    }
}

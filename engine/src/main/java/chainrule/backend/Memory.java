package chainrule.backend;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * The memory of one backend: the stack of open scopes, the buffers kept outside any scope, and a pool of storage by
 * size. The pool serves an allocation whose exact size was freed before: a training step allocates no storage once every
 * size of batch, the smaller last one of an epoch included, has been seen.
 *
 * <p>One thread drives a backend at a time. The thread that opens a scope holds the memory until its last scope closes; any
 * other that opens a scope, allocates or touches a buffer meanwhile is refused with a {@link WrongThreadException}. While no
 * scope is open, any thread may come next, and sees what the one before it wrote; what threads do at once outside of scopes is
 * not detected.
 */
public final class Memory {
    /** True if the place of each allocation is recorded: with {@code -Dchainrule.trace=true}. */
    static final boolean TRACE = Boolean.getBoolean("chainrule.trace");

    private final IntFunction<Object> allocator;
    private final Consumer<Object> poison;
    private final Consumer<Object> release;
    private final ArrayDeque<Scope> open = new ArrayDeque<>();
    private final Set<Buffer> kept = new LinkedHashSet<>();
    private final Map<Integer, ArrayDeque<Object>> pool = new HashMap<>();
    private final AtomicReference<Thread> holder = new AtomicReference<>();
    private long storageAllocations;

    /** Storage as {@code double[]}. */
    public static Memory ofDoubles() {
        return new Memory(double[]::new, storage -> Arrays.fill((double[]) storage, Double.NaN), _ -> {});
    }

    /**
     * Storage as {@code float[]}.
     *
     * @param padding elements that follow the last one, so that loops over whole vectors may read and write past the end
     */
    public static Memory ofFloats(int padding) {
        return new Memory(
                length -> new float[length + padding], storage -> Arrays.fill((float[]) storage, Float.NaN), _ -> {});
    }

    /**
     * Storage of another kind, such as outside the Java heap.
     *
     * @param allocator makes device storage for that many elements
     * @param poison overwrites storage with NaN; applied to recycled storage when {@code chainrule.trace} is on, so that
     *     reading a buffer that was never written shows
     * @param release gives storage back to the device; called once for all that was allocated, at the latest when the
     *     memory closes
     */
    public Memory(IntFunction<Object> allocator, Consumer<Object> poison, Consumer<Object> release) {
        this.allocator = allocator;
        this.poison = poison;
        this.release = release;
    }

    /**
     * Throws if another thread holds the memory. Costs a nanosecond, so that backends can ask in every primitive.
     *
     * @throws WrongThreadException with what to do
     */
    public void requireThisThread() {
        Thread other = holder.get();
        if (other != null && other != Thread.currentThread()) {
            throw refusal(other);
        }
    }

    private static WrongThreadException refusal(Thread other) {
        return new WrongThreadException(
                "thread '"
                        + Thread.currentThread().getName()
                        + "' uses a backend on which thread '"
                        + other.getName()
                        + "' has a scope open. A backend, and every net on it, serves one thread at a time:"
                        + " open a backend for each thread, or hold a lock while a scope is open");
    }

    Scope open(String name) {
        Thread me = Thread.currentThread();
        Thread before = holder.compareAndExchange(null, me);
        if (before != null && before != me) {
            throw refusal(before);
        }
        Scope scope = new Scope(this, name);
        open.push(scope);
        return scope;
    }

    /**
     * A buffer of undefined contents in the innermost open scope; with no scope open it is a {@linkplain Buffer#keep()
     * kept} one.
     */
    public Buffer allocate(int length, String label) {
        requireThisThread();
        if (length < 0) {
            throw new IllegalArgumentException("buffer '" + label + "' would have " + length + " elements");
        }
        if (length > Sizes.MOST) {
            Sizes.product("buffer '" + label + "'", length);
        }
        ArrayDeque<Object> free = pool.get(length);
        Object storage = free == null ? null : free.poll();
        if (storage == null) {
            storage = allocator.apply(length);
            storageAllocations++;
        }
        if (TRACE) {
            poison.accept(storage);
        }
        return owned(new Buffer(this, length, label, storage, false));
    }

    /** A buffer on storage borrowed from the caller: scoped like any other buffer, but its storage is never reused. */
    public Buffer wrap(Object storage, int length, String label) {
        requireThisThread();
        return owned(new Buffer(this, length, label, storage, true));
    }

    Buffer handOver(Buffer from, String label) {
        requireThisThread();
        kept.remove(from);
        boolean borrowed = from.borrowed;
        return owned(new Buffer(this, from.length(), label, from.close("handing over to '" + label + "'"), borrowed));
    }

    private Buffer owned(Buffer buffer) {
        if (open.isEmpty()) {
            kept.add(buffer);
        } else {
            open.peek().owned.add(buffer);
        }
        return buffer;
    }

    void keep(Buffer buffer) {
        // The scope that owns it still lists it; close(Scope) skips what is in `kept`.
        kept.add(buffer);
    }

    void release(Buffer buffer) {
        requireThisThread();
        kept.remove(buffer);
        recycle(buffer, TRACE ? "close() " + AllocationTrace.describe(AllocationTrace.here()) : "close()");
    }

    void close(Scope scope) {
        requireThisThread();
        if (!open.contains(scope)) {
            return;
        }
        if (open.peek() != scope) {
            throw new IllegalStateException(scope + " cannot close: " + open.peek() + " inside it is still open");
        }
        open.pop();
        String by = scope.toString();
        for (Buffer buffer : scope.owned) {
            if (buffer.isOpen() && !kept.contains(buffer)) {
                recycle(buffer, by);
            }
        }
        if (open.isEmpty()) {
            holder.set(null);
        }
    }

    private void recycle(Buffer buffer, String by) {
        Object storage = buffer.close(by);
        if (!buffer.borrowed) {
            pool.computeIfAbsent(buffer.length(), _ -> new ArrayDeque<>()).push(storage);
        }
    }

    /** Gives storage that no buffer uses back to the device: used when the device is out of memory. */
    public void trim() {
        pool.values().forEach(free -> free.forEach(release));
        pool.clear();
    }

    /** The number of allocations that the pool could not serve; constant after the first steps of a training. */
    public long storageAllocations() {
        return storageAllocations;
    }

    /** Buffers that live outside every scope. Those left when the backend closes have leaked. */
    public List<Buffer> kept() {
        return List.copyOf(kept);
    }

    /**
     * Frees everything, leaked buffers included.
     *
     * @throws MemoryLeakException if kept buffers were never closed; the message names each and where it came from
     * @throws WrongThreadException if another thread has a scope open
     */
    public void close() {
        requireThisThread();
        while (!open.isEmpty()) {
            close(open.peek());
        }
        List<Buffer> leaked = new ArrayList<>(kept);
        kept.clear();
        leaked.forEach(buffer -> recycle(buffer, "the backend's close()"));
        trim();
        if (!leaked.isEmpty()) {
            throw new MemoryLeakException(leaked);
        }
    }

    /**
     * A block of elements on a backend's device.
     *
     * <p>Only the backend that allocated a buffer knows what its storage is: a {@code double[]} on the reference backend,
     * a {@code float[]} on the fast CPU backends, a device pointer on a GPU. A buffer belongs to the {@link Scope} that was
     * innermost when it was allocated and is recycled when that scope closes, unless it is {@linkplain #keep() kept}.
     * The handle is never reused, only its storage is, so a stale handle always fails loudly.
     */
    public static final class Buffer extends Matrix implements AutoCloseable {
        private final Memory memory;
        private final String label;
        final AllocationTrace allocatedAt;

        /** True if the storage is borrowed from the caller and never pooled. */
        final boolean borrowed;

        private Object storage;
        private String closedBy;

        Buffer(Memory memory, int length, String label, Object storage, boolean borrowed) {
            super(1, length); // without further information a buffer is a single row
            this.memory = memory;
            this.label = label;
            this.storage = storage;
            this.borrowed = borrowed;
            this.allocatedAt = Memory.TRACE ? AllocationTrace.here() : null;
        }

        /** The number of elements it holds. */
        public int length() {
            return cols();
        }

        @Override
        public Buffer buffer() {
            return this;
        }

        /** Its contents, for messages: the name of its tensor, "dense3.weight" or "affine". A gradient has its tensor's. */
        public String label() {
            return label;
        }

        /** False once its scope has closed or {@link #close()} was called. */
        public boolean isOpen() {
            return storage != null;
        }

        /**
         * The device storage; for backends only. It may be longer than {@link #length()}.
         *
         * @throws BufferClosedException if the buffer was closed; the message names where it came from and what closed it
         * @throws WrongThreadException if another thread has a scope open
         */
        public Object storage() {
            memory.requireThisThread();
            if (storage == null) {
                throw new BufferClosedException(this, closedBy);
            }
            return storage;
        }

        /** Takes the buffer out of its scope: it lives until {@link #close()}, and counts as leaked if that is never called. */
        public Buffer keep() {
            storage();
            memory.keep(this);
            return this;
        }

        /** Hands the storage back for reuse now, before the scope closes. Closing twice is harmless. */
        @Override
        public void close() {
            if (storage != null) {
                memory.release(this);
            }
        }

        /** The same storage under a new handle, for other contents; this handle is closed. */
        public Buffer handOver(String newLabel) {
            return memory.handOver(this, newLabel);
        }

        Object close(String by) {
            Object freed = storage;
            storage = null;
            closedBy = by;
            return freed;
        }

        @Override
        public String toString() {
            return "'" + label + "' (" + length() + " elements)";
        }
    }
}

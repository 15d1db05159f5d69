package chainrule.backend;

import java.util.ArrayDeque;
import java.util.ArrayList;
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
    private final IntFunction<Object> allocator;
    private final Consumer<Object> poison;
    private final Consumer<Object> release;
    private final ArrayDeque<Scope> open = new ArrayDeque<>();
    private final Set<Buffer> kept = new LinkedHashSet<>();
    private final Map<Integer, ArrayDeque<Object>> pool = new HashMap<>();
    private final AtomicReference<Thread> holder = new AtomicReference<>();
    private long storageAllocations;

    /**
     * @param allocator makes device storage for that many numbers
     * @param poison overwrites storage with NaN; applied to recycled storage when {@code chainrule.trace} is on, so that
     *     reading a buffer nobody wrote shows
     */
    public Memory(IntFunction<Object> allocator, Consumer<Object> poison) {
        this(allocator, poison, _ -> {});
    }

    /**
     * For storage outside the Java heap.
     *
     * @param allocator makes device storage for that many numbers
     * @param poison overwrites storage with NaN
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
            throw new IllegalArgumentException("buffer '" + label + "' would have " + length + " numbers");
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
        if (AllocationTrace.ENABLED) {
            poison.accept(storage);
        }
        return owned(new Buffer(this, length, label, storage, false));
    }

    /** A buffer on storage that is somebody else's: it obeys its scope as any other, but its storage is never reused. */
    public Buffer lend(Object storage, int length, String label) {
        requireThisThread();
        return owned(new Buffer(this, length, label, storage, true));
    }

    Buffer handOver(Buffer from, String label) {
        requireThisThread();
        kept.remove(from);
        boolean lent = from.lent;
        return owned(new Buffer(this, from.length(), label, from.close("handing over to '" + label + "'"), lent));
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
        recycle(
                buffer,
                "close()" + (AllocationTrace.ENABLED ? " " + AllocationTrace.describe(AllocationTrace.here()) : ""));
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
        if (!buffer.lent) {
            pool.computeIfAbsent(buffer.length(), _ -> new ArrayDeque<>()).push(storage);
        }
    }

    /** Gives storage that no buffer uses back to the device: what is left to do when the device has no more. */
    public void trim() {
        pool.values().forEach(free -> free.forEach(release));
        pool.clear();
    }

    /** How often storage was really allocated rather than taken from the pool; stays constant once training is warm. */
    public long storageAllocations() {
        return storageAllocations;
    }

    /** Buffers that live outside every scope. Whatever is in it when the backend closes has leaked. */
    public List<Buffer> kept() {
        return List.copyOf(kept);
    }

    /**
     * Frees everything, what has leaked too.
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
}

package chainrule.backend;

/**
 * A block of numbers on a backend's device.
 *
 * <p>Only the backend that allocated a buffer knows what its storage is: a {@code double[]} on the reference backend,
 * a {@code float[]} on the fast CPU backends, a device pointer on a GPU. A buffer belongs to the {@link Scope} that was
 * innermost when it was allocated and is recycled when that scope closes, unless it is {@linkplain #keep() kept}.
 * The handle is never reused, only its storage is, so a stale handle always fails loudly.
 */
public final class Buffer implements AutoCloseable {
    /**
     * Numbers of undefined contents that may follow the last one in storage: a CPU backend may read, and in buffers of its
     * own write, this far past the end, in whole vectors.
     */
    public static final int SLACK = 64;

    private final Memory memory;
    private final int length;
    private final String label;
    final AllocationTrace allocatedAt;

    /** Whether the storage is somebody else's, and does not go to the pool. */
    final boolean lent;

    private Object storage;
    private String closedBy;

    Buffer(Memory memory, int length, String label, Object storage, boolean lent) {
        this.memory = memory;
        this.length = length;
        this.label = label;
        this.storage = storage;
        this.lent = lent;
        this.allocatedAt = AllocationTrace.here();
    }

    /** How many numbers it holds. */
    public int length() {
        return length;
    }

    /** What it holds, for messages: the name of its tensor, "dense3.weight" or "affine". A gradient has its tensor's. */
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

    /** Takes the buffer out of its scope: it lives until {@link #close()}, and counts as leaked if nobody calls that. */
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
        return "'" + label + "' (" + length + " numbers)";
    }
}

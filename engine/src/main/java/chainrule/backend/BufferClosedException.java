package chainrule.backend;

import chainrule.backend.Memory.Buffer;

/** A buffer was used after its scope had closed. The message names the buffer, its origin and what closed it. */
public final class BufferClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    BufferClosedException(Buffer buffer, String closedBy) {
        super(
                "buffer "
                        + buffer
                        + " was used after it was closed: allocated "
                        + AllocationTrace.describe(buffer.allocatedAt)
                        + ", closed by "
                        + closedBy
                        + ". Use it inside that scope, or call keep() on it before the scope closes.");
    }
}

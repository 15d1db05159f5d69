package chainrule.backend;

import chainrule.backend.Memory.Buffer;

import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of work that owns the buffers allocated in it.
 *
 * <pre>{@code
 * try (Scope step = backend.openScope("step")) {
 *     Tape tape = new Tape(backend);
 *     ...                                   // every buffer made here is recycled at the closing brace
 * }
 * }</pre>
 *
 * Scopes nest like blocks of code and close in the opposite order.
 */
public final class Scope implements AutoCloseable {
    private final Memory memory;
    private final String name;
    final List<Buffer> owned = new ArrayList<>();

    Scope(Memory memory, String name) {
        this.memory = memory;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /**
     * Recycles every buffer that was allocated in this scope and not kept.
     *
     * @throws IllegalStateException if a scope opened inside this one is still open
     */
    @Override
    public void close() {
        memory.close(this);
    }

    @Override
    public String toString() {
        return "scope '" + name + "'";
    }
}

package chainrule.backend;

import chainrule.backend.Memory.Buffer;

import java.util.List;
import java.util.stream.Collectors;

/** A backend was closed while buffers kept outside every scope had not been closed. */
public final class MemoryLeakException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    MemoryLeakException(List<Buffer> leaked) {
        super(
                leaked.size()
                        + " buffer(s) leaked: "
                        + leaked.stream()
                                .limit(10)
                                .map(b -> b + " allocated " + AllocationTrace.describe(b.allocatedAt))
                                .collect(Collectors.joining("; ")));
    }
}

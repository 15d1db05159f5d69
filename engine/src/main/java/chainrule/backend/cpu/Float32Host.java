package chainrule.backend.cpu;

import chainrule.backend.Backend;

/** What the loops of the float32 CPU backends need to know of the backend they run in. */
public interface Float32Host extends Backend {
    /** Fewest cheap operations worth a hand-over to another thread: some ten microseconds of work. */
    int GRAIN = 16_384;

    Workers workers();
}

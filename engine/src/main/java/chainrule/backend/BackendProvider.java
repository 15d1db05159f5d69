package chainrule.backend;

import java.util.Optional;

/** Makes one kind of backend; found by {@link java.util.ServiceLoader}, so that fast backends can live elsewhere. */
public interface BackendProvider {
    /** The name users give: "ejml". */
    String name();

    /** Who wins when users ask for the best: the highest number that is available. */
    int rank();

    /** Why it cannot work here, in words and with what to do; empty if it can. Must not throw or be slow. */
    Optional<String> obstacle();

    /** @param threads how many CPU threads to use, where that means anything */
    Backend create(int threads);
}

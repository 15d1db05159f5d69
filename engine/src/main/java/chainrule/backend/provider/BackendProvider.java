package chainrule.backend.provider;

import chainrule.backend.Backend;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Creates one kind of backend. {@link java.util.ServiceLoader} finds it, so fast backends can be in other modules. */
public interface BackendProvider {
    /** The name users give: "ejml". */
    String name();

    /** The rank among backends: the available one of the highest rank is the best. */
    int rank();

    /** Why this backend cannot run here, with a suggested fix; empty if it can. Must not throw or be slow. */
    Optional<String> unavailableReason();

    /**
     * Why this backend cannot run with this setup, with a suggested fix; empty if it can.
     */
    default Optional<String> unavailableReason(Setup setup) {
        return setup.asksForDevice()
                ? Optional.of("it runs on the CPU and has no devices to choose or check")
                : unavailableReason();
    }

    /** @param threads the number of CPU threads; a backend without threads ignores it */
    Backend create(int threads);

    /** A backend with this setup; called only if {@link #unavailableReason(Setup)} is empty. */
    default Backend create(Setup setup) {
        return create(setup.threads());
    }

    /** Its requirements, and which of them this machine meets. Must not throw; may take seconds. */
    default List<Finding> diagnose() {
        return List.of(
                unavailableReason()
                        .map(reason -> Finding.missing(name(), reason, ""))
                        .orElseGet(() -> Finding.fine(name(), "works here")));
    }

    /**
     * The memory traffic of the backend's device programs, counted on the shapes of a net for color images; empty for a
     * backend that cannot count. Takes about a minute.
     *
     * @param wanted selects what to count by "family, primitive"
     * @param progress is called with each cost as soon as it is counted
     * @throws IllegalArgumentException if counting is possible, but not on this machine; the message says why
     */
    default List<KernelCost> costs(Predicate<String> wanted, Consumer<KernelCost> progress) {
        return List.of();
    }
}

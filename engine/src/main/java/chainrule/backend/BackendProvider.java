package chainrule.backend;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Makes one kind of backend; found by {@link java.util.ServiceLoader}, so that fast backends can live elsewhere. */
public interface BackendProvider {
    /** The name users give: "ejml". */
    String name();

    /** Who wins when users ask for the best: the highest number that is available. */
    int rank();

    /** Why it cannot work here, in words and with what to do; empty if it can. Must not throw or be slow. */
    Optional<String> obstacle();

    /**
     * Why it cannot be had this way, for a user who asked for it by name and wants to know what to do; empty if it can.
     */
    default Optional<String> obstacle(Setup setup) {
        return setup.asksForDevice()
                ? Optional.of("it runs on the CPU and has no devices to choose or check")
                : obstacle();
    }

    /** @param threads how many CPU threads to use, where that means anything */
    Backend create(int threads);

    /** The backend as wanted; asked only where there is no {@linkplain #obstacle(Setup) obstacle}. */
    default Backend create(Setup setup) {
        return create(setup.threads());
    }

    /** What it needs and what of that it found on this machine. Must not throw; may take seconds. */
    default List<Finding> diagnose() {
        return List.of(
                obstacle()
                        .map(reason -> Finding.missing(name(), reason, ""))
                        .orElseGet(() -> Finding.fine(name(), "works here")));
    }

    /**
     * What the backend's device programs move, counted on the shapes of a net for colour images; empty for a backend that
     * cannot count. Takes a minute or so.
     *
     * @param wanted is asked with "family, primitive" and says what to count
     * @param progress is told of each as soon as it is counted
     * @throws IllegalArgumentException if counting is possible, but not on this machine; the message says why
     */
    default List<KernelCost> costs(Predicate<String> wanted, Consumer<KernelCost> progress) {
        return List.of();
    }
}

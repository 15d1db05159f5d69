package chainrule.backend.provider;

import chainrule.backend.Backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the backends that are present and picks one by name, or the best. */
public final class Backends {
    /** The name that stands for the provider of the highest rank that works here. */
    public static final String BEST = "best";

    private Backends() {}

    /**
     * An opened backend and why it was taken.
     *
     * @param reason for the run's header: "asked for", or "best available; simd: no useful vectors"
     */
    public record Choice(Backend backend, String reason) {}

    /** Every provider on the class path, best first. */
    public static List<BackendProvider> providers() {
        List<BackendProvider> found = new ArrayList<>();
        ServiceLoader.load(BackendProvider.class).stream()
                .forEach(
                        provider -> {
                            try {
                                found.add(provider.get());
                            } catch (ServiceConfigurationError | LinkageError _) {
                                // A backend whose own classes cannot load here (a missing module) is as good as absent.
                            }
                        });
        found.sort(Comparator.comparingInt(BackendProvider::rank).reversed());
        return found;
    }

    /** The backend of the highest rank that works here, with {@code threads} threads. */
    public static Choice best(int threads) {
        List<String> passedOver = new ArrayList<>();
        for (BackendProvider provider : providers()) {
            Optional<String> unavailableReason = provider.unavailableReason();
            if (unavailableReason.isEmpty()) {
                String reason =
                        passedOver.isEmpty() ? "the best here" : "the best here; " + String.join("; ", passedOver);
                return new Choice(provider.create(threads), reason);
            }
            passedOver.add("no " + provider.name() + ": " + unavailableReason.get());
        }
        throw new IllegalStateException("no backend on the class path");
    }

    /**
     * The backend of that name, or the best one.
     *
     * @throws IllegalArgumentException if there is none of that name, listing those there are, or if it cannot work
     *     here, saying why
     */
    public static Choice open(String name, int threads) {
        return open(name, Setup.of(threads));
    }

    /**
     * The backend of that name set up as wanted, or the best one.
     *
     * @throws IllegalArgumentException if there is none of that name, listing those there are, or if it cannot work
     *     here or not in this way, saying why; also if a device is asked for without naming the backend it belongs to
     */
    public static Choice open(String name, Setup setup) {
        if (name.equals(BEST)) {
            if (setup.asksForDevice()) {
                throw new IllegalArgumentException(
                        (setup.device().isEmpty() ? "a check" : "device '" + setup.device() + "'")
                                + " was asked for, but not which backend's; name it, for example --backend cuda");
            }
            return best(setup.threads());
        }
        BackendProvider provider =
                providers().stream()
                        .filter(p -> p.name().equals(name))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "unknown backend '"
                                                        + name
                                                        + "', expected "
                                                        + BEST
                                                        + " or one of "
                                                        + providers().stream()
                                                                .map(BackendProvider::name)
                                                                .collect(Collectors.joining(", "))));
        provider.unavailableReason(setup)
                .ifPresent(
                        unavailableReason -> {
                            throw new IllegalArgumentException(
                                    "backend '" + name + "' cannot be used here: " + unavailableReason);
                        });
        return new Choice(provider.create(setup), "as asked");
    }
}

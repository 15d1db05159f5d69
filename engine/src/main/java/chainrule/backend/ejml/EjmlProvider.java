package chainrule.backend.ejml;

import chainrule.backend.Backend;
import chainrule.backend.provider.BackendProvider;

import java.util.Optional;

/** Offers the EJML backend, the best one that works on every machine. */
public final class EjmlProvider implements BackendProvider {
    @Override
    public String name() {
        return "ejml";
    }

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public Optional<String> unavailableReason() {
        return Optional.empty();
    }

    @Override
    public Backend create(int threads) {
        return new EjmlBackend(threads);
    }
}

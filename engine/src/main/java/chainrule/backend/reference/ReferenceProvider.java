package chainrule.backend.reference;

import chainrule.backend.Backend;
import chainrule.backend.provider.BackendProvider;

import java.util.Optional;

/** Offers the reference backend, which is never the best but always there. */
public final class ReferenceProvider implements BackendProvider {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public Optional<String> unavailableReason() {
        return Optional.empty();
    }

    @Override
    public Backend create(int threads) {
        return new ReferenceBackend();
    }
}

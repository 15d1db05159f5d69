package chainrule.simd;

import chainrule.backend.Backend;
import chainrule.backend.provider.BackendProvider;

import java.util.Optional;

/** Offers the simd backend where the Vector API is enabled and the CPU's vectors are wide enough to be faster. */
public final class SimdProvider implements BackendProvider {
    private static final String MODULE = "jdk.incubator.vector";

    @Override
    public String name() {
        return "simd";
    }

    @Override
    public int rank() {
        return 20;
    }

    /** Looks for the module before it loads any class that needs it. */
    @Override
    public Optional<String> unavailableReason() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return Optional.of("the Vector API is switched off; start Java with --add-modules " + MODULE);
        }
        int bits = Lanes.LANES * Float.SIZE;
        return bits < 128
                ? Optional.of("the CPU's vectors of " + bits + " bits are too narrow to gain anything")
                : Optional.empty();
    }

    @Override
    public Backend create(int threads) {
        return new SimdBackend(threads);
    }
}

package chainrule.simd;

import chainrule.backend.Backend;
import chainrule.backend.BackendProvider;

import java.util.Optional;

/** Offers the simd backend where the Vector API is switched on and the CPU has vectors worth the name. */
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

    /** Looks for the module before any class is touched that needs it. */
    @Override
    public Optional<String> obstacle() {
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

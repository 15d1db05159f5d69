package chainrule.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chainrule.cuda.emulator.EmulatedDevice;
import chainrule.cuda.emulator.Settings;

/** The emulated device for tests. */
final class Emulated {
    private Emulated() {}

    /** Loads the device with an empty report, or skips the test with the reason where it cannot be built or used. */
    static void require() {
        String unavailableReason = EmulatedDevice.unavailableReason();
        assumeTrue(unavailableReason == null, unavailableReason);
        device().clearReport();
    }

    /** True if this process runs it. */
    static boolean isLoaded() {
        return EmulatedDevice.isLoaded();
    }

    static EmulatedDevice device() {
        return EmulatedDevice.load(System.out::println);
    }

    /** A backend on the device with these settings. */
    static CudaBackend backend(Settings settings, boolean cublas) {
        device().configure(settings);
        return new CudaBackend(new JCudaBinding(0, cublas), "emulated");
    }
}

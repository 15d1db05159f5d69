package chainrule.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chainrule.cuda.emulator.EmulatedDevice;
import chainrule.cuda.emulator.Settings;

/** The emulated device for tests. */
final class Emulated {
    private Emulated() {}

    /** Loads the device, or skips the test, saying why, where it cannot be had. */
    static void require() {
        String obstacle = EmulatedDevice.obstacle();
        assumeTrue(obstacle == null, obstacle);
        device();
    }

    /** Whether this process runs it. */
    static boolean isLoaded() {
        return EmulatedDevice.isLoaded();
    }

    static EmulatedDevice device() {
        return EmulatedDevice.load(System.out::println);
    }

    /** A backend on the device, run in this way. */
    static CudaBackend backend(Settings settings, boolean cublas) {
        device().configure(settings);
        return new CudaBackend(new JCudaBinding(0, cublas), "emulated");
    }
}

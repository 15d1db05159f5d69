package chainrule.cuda;

import chainrule.backend.Backend;
import chainrule.backend.BackendContractTest;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/**
 * The contract on the emulated device: the same Java and the same PTX that run on a GPU. A right kernel gives the same
 * whatever order its threads start in, and a right backend waits where it must, even where the device puts work off until
 * it is waited for.
 */
class CudaBackendTest {
    /** What the device promises less than a GPU, or differently, in one of the ways to run it. */
    abstract static class OnEmulatedDevice extends BackendContractTest {
        @BeforeAll
        static void needsTheEmulatedDevice() {
            Emulated.require();
        }

        abstract Settings settings();

        abstract boolean cublas();

        @Override
        protected Backend create(int threads) {
            return Emulated.backend(settings(), cublas());
        }
    }

    @Nested
    class Forward extends OnEmulatedDevice {
        @Override
        Settings settings() {
            return Settings.standard();
        }

        @Override
        boolean cublas() {
            return true;
        }
    }

    @Nested
    class Reverse extends OnEmulatedDevice {
        @Override
        Settings settings() {
            return Settings.standard().withOrder(Settings.Order.REVERSE);
        }

        @Override
        boolean cublas() {
            return false;
        }
    }

    @Nested
    class Random extends OnEmulatedDevice {
        @Override
        Settings settings() {
            return Settings.standard().withOrder(Settings.Order.RANDOM);
        }

        @Override
        boolean cublas() {
            return true;
        }
    }

    @Nested
    class Lazy extends OnEmulatedDevice {
        @Override
        Settings settings() {
            return Settings.standard().withLazy(true);
        }

        @Override
        boolean cublas() {
            return false;
        }
    }
}

package chainrule.cuda;

import chainrule.backend.Backend;
import chainrule.backend.BackendContractTest;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/**
 * The contract on the emulated device: the same Java and the same PTX that run on a GPU.
 *
 * <p>The contract requires the same bits from 1, 2, 3 and 7 threads. Here these numbers stand for threads of the device that
 * start in order, in reverse and at random, and for a device that runs nothing until the host waits: a correct kernel gives
 * the same bits in every order, and a correct backend waits where it must.
 */
class CudaBackendTest {
    abstract static class OnEmulatedDevice extends BackendContractTest {
        @BeforeAll
        static void needsTheEmulatedDevice() {
            Emulated.require();
        }

        abstract boolean cublas();

        @Override
        protected Backend create(int threads) {
            Settings standard = Settings.standard();
            Settings settings =
                    switch (threads) {
                        case 1 -> standard;
                        case 2 -> standard.withOrder(Settings.Order.REVERSE);
                        case 3 -> standard.withOrder(Settings.Order.RANDOM);
                        default -> standard.withLazy(true);
                    };
            return Emulated.backend(settings, cublas());
        }
    }

    @Nested
    class WithCublas extends OnEmulatedDevice {
        @Override
        boolean cublas() {
            return true;
        }
    }

    @Nested
    class WithOurOwnProducts extends OnEmulatedDevice {
        @Override
        boolean cublas() {
            return false;
        }
    }
}

package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.SelfTest;
import chainrule.backend.Setup;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every primitive under the checker, which sees races, accesses out of bounds and reads of what nobody wrote. */
class CheckedDeviceTest {
    @BeforeAll
    static void needsTheEmulatedDevice() {
        Emulated.require();
    }

    @Test
    void noPrimitiveHasAFault() {
        try (CudaBackend k = (CudaBackend) new CudaProvider().create(new Setup(1, CudaProvider.EMULATED, true))) {
            assertThat(k.description()).startsWith("float32, emulated on the CPU, checked, products by cuBLAS");
            assertThat(SelfTest.run(k)).allMatch(SelfTest.Result::passed);
            assertThat(Emulated.device().report()).isEmpty();
        }
        // without cuBLAS the products are ours, and are checked too
        try (CudaBackend k = Emulated.backend(Settings.standard().withCheck(true), false)) {
            assertThat(SelfTest.run(k)).allMatch(SelfTest.Result::passed);
            assertThat(Emulated.device().report()).isEmpty();
        } finally {
            Emulated.device().configure(Settings.standard());
        }
    }
}

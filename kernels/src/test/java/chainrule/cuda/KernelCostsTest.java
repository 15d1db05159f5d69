package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.KernelCost;
import chainrule.cuda.emulator.EmulatedDevice;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

/** What the kernels move stays near what their formulas need, counted on the emulated device. */
class KernelCostsTest {
    private static final int IMAGES = 2;

    @BeforeAll
    static void needsTheEmulatedDevice() {
        Emulated.require();
    }

    @Test
    void bytesSectorsAndBanksAreNearTheIdeal() {
        EmulatedDevice device = Emulated.device();
        List<KernelCost> costs;
        try (CudaBackend k = Emulated.backend(Settings.standard().withCount(true), false)) {
            costs = KernelCosts.count(device, k, IMAGES);
        } finally {
            device.configure(Settings.standard());
        }
        assertThat(costs).hasSizeGreaterThan(40).allMatch(c -> c.moved() > 0 && !c.kernels().isEmpty());
        for (KernelCost c : costs) {
            if (c.primitive().startsWith("gemm") || c.primitive().startsWith("convolution")) {
                assertThat(c.bankConflicts()).as(c.toString()).isZero(); // a tile is read again by design
            } else {
                assertThat(c.traffic()).as(c.toString()).isLessThanOrEqualTo(1.10);
                assertThat(c.coalescing()).as(c.toString()).isLessThanOrEqualTo(1.05);
            }
        }
    }
}

package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;

import org.junit.jupiter.api.Test;

/** When the CUDA backend is available, and why not otherwise. */
class CudaProviderTest {
    private final CudaProvider provider = new CudaProvider();

    @Test
    void isFoundAndRanksHighest() {
        assertThat(Backends.providers().getFirst()).isInstanceOf(CudaProvider.class);
    }

    @Test
    void refusesUnknownDevices() {
        assertThat(provider.unavailableReason(new Setup(1, "gpu", false)))
                .contains("it has no device 'gpu', expected a number or emulated");
        assertThat(provider.unavailableReason(new Setup(1, "", true)))
                .contains("the checker is part of the emulated device: add --device emulated");
    }

    /** In a process that has loaded the emulated device, its libcuda has the name of the real one. */
    @Test
    void neverTakesTheEmulatedDeviceForAGpu() {
        Emulated.require();
        assertThat(Emulated.device()).isNotNull();
        String refusal = "this process runs the emulated device, which is never taken for a GPU";
        assertThat(provider.unavailableReason()).contains(refusal);
        assertThat(provider.unavailableReason(new Setup(1, "0", false)).orElseThrow()).startsWith(refusal);
        assertThat(provider.unavailableReason(new Setup(1, "emulated", false))).isEmpty();
        try (Backend best = Backends.best(1).backend()) {
            assertThat(best.name()).isNotEqualTo("cuda");
        }
    }
}

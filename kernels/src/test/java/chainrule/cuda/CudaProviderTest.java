package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Backends;
import chainrule.backend.Setup;

import org.junit.jupiter.api.Test;

/** Who gets the CUDA backend, and what those who do not are told. */
class CudaProviderTest {
    private final CudaProvider provider = new CudaProvider();

    @Test
    void itIsFoundAndRanksHighest() {
        assertThat(Backends.providers().getFirst()).isInstanceOf(CudaProvider.class);
    }

    @Test
    void wrongDevicesAreRefused() {
        assertThat(provider.obstacle(new Setup(1, "gpu", false)))
                .contains("it has no device 'gpu', expected a number or emulated");
        assertThat(provider.obstacle(new Setup(1, "", true)))
                .contains("the checker is part of the emulated device: add --device emulated");
    }

    /** In a process that has loaded the emulated device, its libcuda goes by the name of the real one. */
    @Test
    void theEmulatedDeviceIsNeverTakenForAGpu() {
        Emulated.require();
        assertThat(Emulated.device()).isNotNull();
        String refusal = "this process runs the emulated device, which is never taken for a GPU";
        assertThat(provider.obstacle()).contains(refusal);
        assertThat(provider.obstacle(new Setup(1, "0", false)).orElseThrow()).startsWith(refusal);
        assertThat(provider.obstacle(new Setup(1, "emulated", false))).isEmpty();
        try (Backend best = Backends.best(1).backend()) {
            assertThat(best.name()).isNotEqualTo("cuda");
        }
    }
}

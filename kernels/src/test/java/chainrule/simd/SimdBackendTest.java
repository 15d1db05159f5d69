package chainrule.simd;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.BackendContractTest;

import org.junit.jupiter.api.Test;

/** The contract at the vector width of this JVM; the build runs it at each width the CPU supports. */
class SimdBackendTest extends BackendContractTest {
    @Override
    protected Backend create(int threads) {
        return new SimdBackend(threads);
    }

    @Test
    void descriptionNamesTheVectorWidth() {
        String forced = System.getProperty("chainrule.simd.bits");
        try (Backend backend = new SimdBackend(1)) {
            assertThat(backend.description()).startsWith("float32, Vector API ").endsWith(" bit, 1 thread");
            if (forced != null) {
                assertThat(backend.description()).contains(" " + forced + " bit");
            }
        }
    }
}

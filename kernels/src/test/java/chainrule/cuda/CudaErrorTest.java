package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Buffer;
import chainrule.backend.MemoryLeakException;
import chainrule.backend.Scope;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What is said when something goes wrong on the device, and that nothing stays allocated there. */
class CudaErrorTest {
    @BeforeEach
    void needsTheEmulatedDevice() {
        Emulated.require();
    }

    /** An addition of a million numbers to buffers of ten: what a wrong shape would do. */
    @Test
    void anErrorOfAKernelNamesItItsShapeAndCudasWords() {
        Emulated.device().configure(Settings.standard());
        JCudaBinding binding = new JCudaBinding(0, false);
        CudaBackend k = new CudaBackend(binding, "emulated");
        Scope scope = k.openScope("test");
        Buffer x = k.zeros(10, "x");
        k.scale(2, x);
        assertThatThrownBy(
                        () -> {
                            k.on(Kernel.ADD, 1_000_000).i32(1_000_000).buffers(x, x, x).elements(1_000_000);
                            k.download(x);
                        })
                .isInstanceOf(CudaException.class)
                .hasMessageContaining("download of 'x' (10 numbers), after the kernels add of 1000000, scale of 10")
                .hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS (700)");
        assertThatThrownBy(() -> k.allocate(7, "y"))
                .as("memory is not what is missing")
                .hasMessageContaining("a buffer, after the kernels add of 1000000, scale of 10")
                .hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS (700)");
        scope.close();
        k.close(); // the context is spoilt, yet closing is quiet
        assertThat(binding.allocations()).isZero();

        // and another backend is as good as new
        try (CudaBackend again = Emulated.backend(Settings.standard(), false);
                Scope _ = again.openScope("test")) {
            assertThat(again.download(again.zeros(3, "x"))).containsExactly(0, 0, 0);
        }
    }

    @Test
    void tooLargeABufferSaysHowMuchThereIs() {
        try (CudaBackend k = Emulated.backend(Settings.standard(), false);
                Scope _ = k.openScope("test")) {
            Emulated.device().memory(1_000_000);
            try {
                for (int length = 200_000; length < 210_000; length += 1_000) {
                    k.allocate(length, "one size after another").close(); // never two of them at once
                }
                assertThatThrownBy(() -> k.allocate(1_000_000, "activations"))
                        .isInstanceOf(CudaException.class)
                        .hasMessageContaining("a buffer of 1000000 numbers")
                        .hasMessageContaining("a smaller batch needs less")
                        .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY (2)");
            } finally {
                Emulated.device().memory(8L << 30);
            }
        }
    }

    @Test
    void closingLeavesNothingOnTheDevice() {
        JCudaBinding binding = new JCudaBinding(0, true);
        CudaBackend k = new CudaBackend(binding, "emulated");
        try (Scope _ = k.openScope("test")) {
            k.upload(new float[500], 0, k.allocate(500, "x"));
            k.statistics(k.zeros(20_000, "y"));
            k.zeros(5, "kept").keep().close();
        }
        assertThat(binding.allocations()).isPositive();
        k.close();
        assertThat(binding.allocations()).isZero();
        k.close(); // harmless
    }

    @Test
    void aLeakIsReportedAndFreedAllTheSame() {
        JCudaBinding binding = new JCudaBinding(0, false);
        CudaBackend k = new CudaBackend(binding, "emulated");
        k.zeros(5, "running mean").keep();
        assertThatThrownBy(k::close)
                .isInstanceOf(MemoryLeakException.class)
                .hasMessageStartingWith("1 buffer(s) leaked: 'running mean' (5 numbers)");
        assertThat(binding.allocations()).isZero();
    }

    /** What the JVM below runs. */
    static final class Leak {
        public static void main(String[] args) {
            CudaBackend k = Emulated.backend(Settings.standard(), false);
            k.zeros(5, "running mean").keep(); // the line that the report names
            k.close();
        }
    }

    @Test
    void withTracingTheLeakNamesTheLineThatAllocated() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dchainrule.trace=true",
                                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                                "-Dchainrule.emulator.cache=" + Emulated.device().folder().getParent(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Leak.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(1);
        assertThat(output)
                .containsPattern(
                        "1 buffer\\(s\\) leaked: 'running mean' \\(5 numbers\\) allocated at "
                                + "\\S*CudaErrorTest\\$Leak\\.main\\(CudaErrorTest\\.java:\\d+\\)");
    }
}

package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Memory.Buffer;
import chainrule.backend.MemoryLeakException;
import chainrule.backend.Scope;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Messages of errors on the device, and that nothing stays allocated there. */
class CudaErrorTest {
    @BeforeEach
    void needsTheEmulatedDevice() {
        Emulated.require();
    }

    /** An addition of a million elements to buffers of ten: what a wrong shape would do. */
    @Test
    void namesTheKernelItsShapeAndTheErrorOfCuda() {
        Emulated.device().configure(Settings.standard());
        JCudaBinding binding = new JCudaBinding(0, false);
        CudaBackend backend = new CudaBackend(binding, "emulated");
        Scope scope = backend.openScope("test");
        Buffer x = backend.zeros(10, "x");
        backend.scale(2, x, x);
        assertThatThrownBy(
                        () -> {
                            backend.stream()
                                    .on(Kernel.ADD, 1_000_000)
                                    .i32(1_000_000)
                                    .buffers(x, x, x)
                                    .elements(1_000_000);
                            backend.download(x);
                        })
                .isInstanceOf(CudaException.class)
                .hasMessageContaining("download of 'x' (10 elements), after the kernels add of 1000000, scale of 10")
                .hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS (700)");
        assertThatThrownBy(() -> backend.allocate(7, "y"))
                .as("not reported as out of memory")
                .hasMessageContaining("a buffer, after the kernels add of 1000000, scale of 10")
                .hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS (700)");
        scope.close();
        backend.close(); // the context is broken, but close() does not throw
        assertThat(binding.allocations()).isZero();

        // another backend works
        try (CudaBackend again = Emulated.backend(Settings.standard(), false);
                Scope _ = again.openScope("test")) {
            assertThat(again.download(again.zeros(3, "x"))).containsExactly(0, 0, 0);
        }
    }

    @Test
    void reportsTheMemoryOfTheDeviceForATooLargeBuffer() {
        try (CudaBackend backend = Emulated.backend(Settings.standard(), false);
                Scope _ = backend.openScope("test")) {
            Emulated.device().memory(1_000_000);
            try {
                for (int length = 200_000; length < 210_000; length += 1_000) {
                    backend.allocate(length, "one size after another").close(); // never two of them at once
                }
                assertThatThrownBy(() -> backend.allocate(1_000_000, "activations"))
                        .isInstanceOf(CudaException.class)
                        .hasMessageContaining("a buffer of 1000000 elements")
                        .hasMessageContaining("a smaller batch needs less")
                        .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY (2)");
            } finally {
                Emulated.device().memory(8L << 30);
            }
        }
    }

    @Test
    void closingFreesAllDeviceMemory() {
        JCudaBinding binding = new JCudaBinding(0, true);
        CudaBackend backend = new CudaBackend(binding, "emulated");
        try (Scope _ = backend.openScope("test")) {
            backend.upload(new float[500], 0, backend.allocate(500, "x"));
            backend.statistics(backend.zeros(20_000, "y"));
            backend.zeros(5, "kept").keep().close();
        }
        assertThat(binding.allocations()).isPositive();
        backend.close();
        assertThat(binding.allocations()).isZero();
        backend.close(); // harmless
    }

    @Test
    void reportsALeakAndFreesIt() {
        JCudaBinding binding = new JCudaBinding(0, false);
        CudaBackend backend = new CudaBackend(binding, "emulated");
        backend.zeros(5, "running mean").keep();
        assertThatThrownBy(backend::close)
                .isInstanceOf(MemoryLeakException.class)
                .hasMessageStartingWith("1 buffer(s) leaked: 'running mean' (5 elements)");
        assertThat(binding.allocations()).isZero();
    }

    /** What the JVM below runs. */
    static final class Leak {
        public static void main(String[] args) {
            CudaBackend backend = Emulated.backend(Settings.standard(), false);
            backend.zeros(5, "running mean").keep(); // the line that the report names
            backend.close();
        }
    }

    @Test
    void namesTheLineThatAllocatedALeakWhenTracing() throws IOException, InterruptedException {
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
                        "1 buffer\\(s\\) leaked: 'running mean' \\(5 elements\\) allocated at "
                                + "\\S*CudaErrorTest\\$Leak\\.main\\(CudaErrorTest\\.java:\\d+\\)");
    }
}

package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chainrule.backend.Backend;
import chainrule.backend.Backends;
import chainrule.backend.Finding;
import chainrule.backend.Setup;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Who gets the CUDA backend, and what those who do not are told. */
class CudaProviderTest {
    private static final String NO_DRIVER = "no NVIDIA driver (libcuda.so.1 is not there)";

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

    @Test
    void theDriversVersionIsReadFromWhatItsModuleSays() {
        assertThat(
                        Doctor.module(
                                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC"
                                        + " 2024"))
                .isEqualTo("NVIDIA driver 550.54.14");
        assertThat(Doctor.module("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build"))
                .isEqualTo("NVIDIA driver 570.86.15");
        assertThat(Doctor.module("")).isEqualTo("no kernel module of NVIDIA's is loaded");
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

    /** What the JVM below runs: everything a user may ask on a machine where nothing is installed. */
    static final class BareMachine {
        public static void main(String[] args) {
            for (Finding finding : new CudaProvider().diagnose()) {
                System.out.println(finding.subject() + ": " + finding.verdict() + " " + finding.found());
            }
            Backends.Choice choice = Backends.best(1);
            System.out.println("best: " + choice.backend().name() + ", " + choice.reason());
            choice.backend().close();
            for (String device : List.of("", "emulated")) {
                try {
                    Backends.open("cuda", new Setup(1, device, false)).backend().close();
                    System.out.println("open '" + device + "': done");
                } catch (IllegalArgumentException e) {
                    System.out.println("open '" + device + "': " + e.getMessage());
                }
            }
        }
    }

    /** Without driver, g++ and nvcc each thing is named that is missing, another backend is taken, and nothing throws. */
    @Test
    void onABareMachineEverythingMissingIsExplained() throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BareMachine.class.getName());
        builder.environment().put("PATH", "/nonexistent");
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("platform: ", "GPU: ", "libcublas.so.12: ")
                .contains("nvcc: NOTE none on the PATH")
                .contains("emulated device: NOTE ");
        assumeTrue(output.contains("driver: MISSING"), "there is an NVIDIA driver on this machine");
        assertThat(output)
                .contains("emulated device: NOTE the emulated CUDA device needs g++")
                .containsPattern("best: (ejml|simd), the best here; .*no cuda: " + Pattern.quote(NO_DRIVER))
                .contains(
                        "open '': backend 'cuda' cannot be used here: "
                                + NO_DRIVER
                                + "; ./run doctor says more."
                                + " With --device emulated the same kernels run on the CPU, slowly")
                .contains("open 'emulated': backend 'cuda' cannot be used here: the emulated CUDA device needs g++");
    }
}

package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.provider.Finding;
import chainrule.backend.provider.Finding.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The doctor's findings on machines other than this one. */
class DoctorTest {
    private static final String MODULE = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 2024\n";
    private static final Device ADA = new Device(0, "NVIDIA GeForce RTX 4090", 25_393_692_672L, 8, 9);
    private static final Device PASCAL = new Device(1, "NVIDIA GeForce GTX 1080", 8_510_701_568L, 6, 1);

    @TempDir Path root;

    /** A machine with everything; a test removes something. */
    private class Made implements Machine {
        String system = "Linux";
        Map<String, String> libraries =
                Map.of(
                        Doctor.CUDA, "/usr/lib/x86_64-linux-gnu/libcuda.so.550.54.14",
                        Doctor.CUBLAS, "/usr/local/cuda-12.6/lib64/libcublas.so.12.6.4.1");
        String version = "12.4";
        List<Device> devices = List.of(ADA);
        RuntimeException fault;
        boolean emulating;

        @Override
        public String system() {
            return system;
        }

        @Override
        public String processor() {
            return system.equals("Linux") ? "amd64" : "aarch64";
        }

        @Override
        public Path root() {
            return root;
        }

        @Override
        public boolean emulating() {
            return emulating;
        }

        @Override
        public NativeLibrary library(String name) {
            String path = libraries.get(name);
            return path == null
                    ? new NativeLibrary(null, name + ": cannot open shared object file: No such file or directory")
                    : new NativeLibrary(Path.of(path), null);
        }

        @Override
        public String driverVersion() {
            return version;
        }

        @Override
        public List<Device> devices() {
            if (fault != null) {
                throw fault;
            }
            return devices;
        }

        @Override
        public String emulator() {
            return "built";
        }

        @Override
        public String output(String... command) {
            return "Cuda compilation tools, release 12.6, V12.6.85";
        }

        String finding(String subject) {
            List<String> found = new ArrayList<>();
            for (Finding f : Doctor.examine(this)) {
                if (f.subject().equals(subject)) {
                    found.add(f.verdict() + " " + f.found() + (f.advice().isEmpty() ? "" : " → " + f.advice()));
                }
            }
            assertThat(found).as(subject).hasSize(1);
            return found.getFirst();
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void plugIn(String address, String vendor, String kind) throws IOException {
        write("sys/bus/pci/devices/" + address + "/vendor", vendor + "\n");
        write("sys/bus/pci/devices/" + address + "/class", kind + "\n");
    }

    private Made complete() throws IOException {
        plugIn("0000:00:02.0", "0x8086", "0x030000"); // an Intel display
        plugIn("0000:01:00.0", "0x10de", "0x030000");
        plugIn("0000:01:00.1", "0x10de", "0x040300"); // the audio device of the same card
        write("proc/driver/nvidia/version", MODULE);
        return new Made();
    }

    @Test
    void namesDriverDevicesAndLibrariesWithTheirVersions() throws IOException {
        List<Finding> findings = Doctor.examine(complete());
        assertThat(findings).allMatch(f -> f.verdict() == Verdict.FINE && f.advice().isEmpty());
        assertThat(findings)
                .extracting(f -> f.subject() + ": " + f.found())
                .containsExactly(
                        "platform: Linux on amd64",
                        "GPU: NVIDIA GPU at PCI 0000:01:00.0",
                        "driver: NVIDIA driver 550.54.14, for CUDA up to 12.4,"
                                + " /usr/lib/x86_64-linux-gnu/libcuda.so.550.54.14",
                        "device 0: NVIDIA GeForce RTX 4090, 25 GB, compute capability 8.9",
                        "cuBLAS: 12.6.4.1, /usr/local/cuda-12.6/lib64/libcublas.so.12.6.4.1",
                        "emulated device: --device emulated runs the kernels on the CPU, slowly; built",
                        "nvcc: CUDA 12.6, for changing the kernels");
    }

    @Test
    void advisesADriverForAGpuWithoutOne() throws IOException {
        plugIn("0000:01:00.0", "0x10de", "0x030200");
        Made machine = new Made();
        machine.libraries = Map.of();
        assertThat(machine.finding("driver"))
                .startsWith("MISSING no kernel module of NVIDIA's is loaded, libcuda.so.1 is not there")
                .contains("→ install NVIDIA's driver, 525 or newer");
    }

    @Test
    void doesNotAdviseADriverWithoutAGpu() {
        Made machine = new Made();
        machine.libraries = Map.of();
        assertThat(machine.finding("GPU")).isEqualTo("MISSING no NVIDIA GPU on the PCI bus");
        assertThat(machine.finding("driver")).contains("→ with an NVIDIA GPU: install");
    }

    @Test
    void advisesTheGpusOptionInAContainerWithoutTheDriversLibrary() throws IOException {
        Made machine = complete();
        machine.libraries = Map.of();
        assertThat(machine.finding("driver"))
                .startsWith("MISSING NVIDIA driver 550.54.14, libcuda.so.1 is not there")
                .contains("--gpus all");
    }

    @Test
    void rejectsAnOldDriver() throws IOException {
        Made machine = complete();
        machine.version = "11.8";
        assertThat(machine.finding("driver")).startsWith("MISSING").contains("for CUDA up to 11.8", "525 or newer");
    }

    @Test
    void notesAnOldGpuNextToASupportedOne() throws IOException {
        Made machine = complete();
        machine.devices = List.of(ADA, PASCAL);
        assertThat(machine.finding("device 1"))
                .isEqualTo(
                        "NOTE NVIDIA GeForce GTX 1080, 8511 MB, compute capability 6.1"
                                + " → too old: the kernels need 7.5 (Turing, 2018) or newer");
        machine.devices = List.of(PASCAL);
        assertThat(machine.finding("devices")).startsWith("MISSING none that is new enough");
        machine.devices = List.of();
        assertThat(machine.finding("devices")).contains("the driver shows none", "CUDA_VISIBLE_DEVICES");
    }

    @Test
    void notesAGpuThatTheBusDoesNotShow() {
        assertThat(new Made().finding("GPU")).isEqualTo("NOTE not shown on the PCI bus, but the driver has one");
    }

    @Test
    void quotesADriverThatFails() throws IOException {
        Made machine = complete();
        machine.fault = new CudaException("initializing CUDA", 803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803)");
        assertThat(machine.finding("devices"))
                .startsWith("MISSING initializing CUDA: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803)")
                .contains("reboot");
    }

    @Test
    void quotesTheErrorOfAJcudaThatDoesNotLoad() throws IOException {
        complete();
        Made machine =
                new Made() {
                    @Override
                    public String driverVersion() {
                        throw new UnsatisfiedLinkError("libJCudaDriver.so: failed to map segment");
                    }
                };
        assertThat(machine.finding("driver"))
                .startsWith("MISSING")
                .contains("failed to map segment", "the folder for temporary files");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "usr/local/cuda-12.6/lib64/libcublas.so.12 | it is in ROOT/usr/local/cuda-12.6/lib64:"
                        + " export LD_LIBRARY_PATH=ROOT/usr/local/cuda-12.6/lib64",
                "usr/local/cuda/lib64/libcublas.so.13 | ROOT/usr/local/cuda/lib64 has the one of CUDA 13, but JCuda"
                        + " needs CUDA 12",
                "usr/lib64/libm.so | to use cuBLAS, install a CUDA 12 toolkit, or only its cuBLAS"
            })
    void findsCublasWhereTheLinkerDoesNotLook(String file, String advice) throws IOException {
        Made machine = complete();
        machine.libraries = Map.of(Doctor.CUDA, "/usr/lib/libcuda.so.1");
        write(file, "");
        assertThat(machine.finding("cuBLAS"))
                .isEqualTo(
                        "NOTE libcublas.so.12 is not there: matrix products use the project's own tiled kernel → "
                                + advice.replace("ROOT", root.toString()));
    }

    /** Its libraries have the driver's names. */
    @Test
    void doesNotTakeTheEmulatedDeviceForADriver() throws IOException {
        Made machine = complete();
        machine.emulating = true;
        assertThat(machine.finding("driver")).startsWith("NOTE not checked: this process runs the emulated device");
        assertThat(Doctor.examine(machine)).extracting(Finding::subject).doesNotContain("cuBLAS", "device 0");
    }

    @Test
    void findsTheGpuOfWindowsSubsystemForLinux() throws IOException {
        write("dev/dxg", "");
        assertThat(new Made().finding("GPU"))
                .isEqualTo("FINE the GPU of Windows, shared by the Windows Subsystem for Linux");
    }

    @Test
    void rejectsOtherPlatforms() {
        Made machine = new Made();
        machine.system = "Mac OS X";
        machine.libraries = Map.of();
        assertThat(machine.finding("platform")).startsWith("MISSING Mac OS X on aarch64").contains("--backend simd");
    }

    @Test
    void readsTheDriversVersionFromTheModulesDescription() {
        assertThat(Doctor.module(MODULE)).isEqualTo("NVIDIA driver 550.54.14");
        assertThat(Doctor.module("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build"))
                .isEqualTo("NVIDIA driver 570.86.15");
        assertThat(Doctor.module("")).isEqualTo("no kernel module of NVIDIA's is loaded");
    }
}

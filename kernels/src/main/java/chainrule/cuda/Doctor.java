package chainrule.cuda;

import chainrule.backend.Finding;
import chainrule.cuda.emulator.EmulatedDevice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks for what CUDA needs, and says in words what is there, what is not, and what to do. */
final class Doctor {
    static final String CUDA = "libcuda.so.1";
    static final String CUBLAS = "libcublas.so.12";

    private static final String NVIDIA = "0x10de";
    private static final String GET_DRIVER =
            "install NVIDIA's driver, 525 or newer (https://www.nvidia.com/drivers), and start the machine again";
    private static final String EMULATE =
            "without a GPU, --device emulated runs the same kernels on the CPU, slowly: for tests and for learning";

    /** Where CUDA 12's libraries tend to lie; * stands for any name. */
    private static final List<String> PLACES =
            List.of(
                    "/usr/local/cuda*/lib64",
                    "/usr/local/cuda*/targets/x86_64-linux/lib",
                    "/usr/lib/x86_64-linux-gnu",
                    "/usr/lib64",
                    "/opt/cuda*/lib64");

    private Doctor() {}

    static List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        findings.add(platform());
        findings.add(graphicsCard());
        boolean driver = driver(findings);
        if (driver) {
            devices(findings);
        }
        findings.add(cublas());
        findings.add(emulator());
        findings.add(compiler());
        return findings;
    }

    private static Finding platform() {
        String platform = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        return supportedPlatform()
                ? Finding.fine("platform", platform)
                : Finding.missing(
                        "platform",
                        platform,
                        "JCuda's native libraries come for Linux on x86-64 (amd64) only; take --backend simd here");
    }

    static boolean supportedPlatform() {
        return System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64");
    }

    /** What the PCI bus shows, driver or not. */
    private static Finding graphicsCard() {
        Path bus = Path.of("/sys/bus/pci/devices");
        List<String> cards = new ArrayList<>();
        if (Files.isDirectory(bus)) {
            try (Stream<Path> devices = Files.list(bus)) {
                devices.filter(d -> line(d.resolve("vendor")).equals(NVIDIA))
                        .filter(d -> line(d.resolve("class")).startsWith("0x03"))
                        .forEach(d -> cards.add("an NVIDIA GPU on PCI " + d.getFileName()));
            } catch (IOException _) {
                // then the bus is not shown to us
            }
        }
        if (cards.isEmpty() && Files.exists(Path.of("/dev/dxg"))) {
            return Finding.fine("GPU", "Windows Subsystem for Linux, which passes on the GPU of Windows");
        }
        return cards.isEmpty()
                ? Finding.missing("GPU", "none of NVIDIA's on the PCI bus", EMULATE)
                : Finding.fine("GPU", String.join(", ", cards));
    }

    private static boolean driver(List<Finding> findings) {
        String module = module(line(Path.of("/proc/driver/nvidia/version")));
        NativeLibrary library = NativeLibrary.load(CUDA);
        if (!library.loaded()) {
            findings.add(Finding.missing("driver", module + "; " + library.error(), GET_DRIVER));
            return false;
        }
        try {
            findings.add(
                    Finding.fine(
                            "driver",
                            module + ", for CUDA up to " + JCudaBinding.driverVersion() + ", " + library.path()));
            return true;
        } catch (LinkageError e) {
            findings.add(
                    Finding.missing("driver", library.path() + " is there, but JCuda will not load: " + e, GET_DRIVER));
        } catch (CudaException e) {
            findings.add(Finding.missing("driver", library.path() + ": " + e.getMessage(), GET_DRIVER));
        }
        return false;
    }

    /** "NVIDIA driver 550.54.14" from the line that the kernel module says of itself, proprietary or open. */
    static String module(String line) {
        Matcher version = Pattern.compile("Kernel Module(?: for \\S+)?\\s+([\\d.]+)").matcher(line);
        return version.find() ? "NVIDIA driver " + version.group(1) : "no kernel module of NVIDIA's is loaded";
    }

    private static void devices(List<Finding> findings) {
        try {
            int count = JCudaBinding.devices();
            for (int i = 0; i < count; i++) {
                Device device = JCudaBinding.device(i);
                String found = device.name() + ", " + device.memory() + ", compute capability " + device.capability();
                findings.add(
                        device.supported()
                                ? Finding.fine("device " + i, found)
                                : Finding.missing(
                                        "device " + i, found, "the kernels need 7.5 (Turing, 2018) or newer"));
            }
            if (count == 0) {
                findings.add(Finding.missing("devices", "the driver shows none", "is CUDA_VISIBLE_DEVICES set?"));
            }
        } catch (CudaException e) {
            findings.add(Finding.missing("devices", e.getMessage(), GET_DRIVER));
        }
    }

    /** The name of the file behind it ends with the version: libcublas.so.12.6.4.1. */
    private static Finding cublas() {
        NativeLibrary library = NativeLibrary.load(CUBLAS);
        String otherwise = "products are computed by our own tiled kernel, which is slower";
        if (library.loaded()) {
            return Finding.fine(CUBLAS, String.valueOf(library.path()));
        }
        Optional<Path> elsewhere = PLACES.stream().flatMap(Doctor::search).findFirst();
        return Finding.note(
                CUBLAS,
                library.error() + "; " + otherwise,
                elsewhere
                        .map(file -> "it lies in " + file.getParent() + ": export LD_LIBRARY_PATH=" + file.getParent())
                        .orElse("install a CUDA 12 toolkit or just its cuBLAS; that of CUDA 13 will not do"));
    }

    /** The library in the folders that a pattern stands for. */
    private static Stream<Path> search(String pattern) {
        int star = pattern.indexOf('*');
        Path parent = Path.of(star < 0 ? pattern : pattern.substring(0, star)).getParent();
        if (star < 0) {
            return Stream.of(Path.of(pattern, CUBLAS)).filter(Files::exists);
        }
        String prefix = Path.of(pattern.substring(0, star)).getFileName().toString();
        String rest = pattern.substring(star + 2);
        try (Stream<Path> folders = Files.list(parent)) {
            return folders
                    .filter(f -> f.getFileName().toString().startsWith(prefix))
                    .map(f -> f.resolve(rest).resolve(CUBLAS))
                    .filter(Files::exists)
                    .toList()
                    .stream();
        } catch (IOException _) {
            return Stream.of();
        }
    }

    private static Finding emulator() {
        String obstacle = EmulatedDevice.obstacle();
        return obstacle == null
                ? Finding.fine("emulated device", "can be built and run here: --device emulated")
                : Finding.note("emulated device", obstacle, "");
    }

    private static Finding compiler() {
        String version = firstMatch("release ([\\d.]+), V[\\d.]+", "nvcc", "--version");
        return version == null
                ? Finding.note("nvcc", "none on the PATH", "only needed to change the kernels")
                : Finding.fine("nvcc", "CUDA " + version);
    }

    private static String firstMatch(String pattern, String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            Matcher m =
                    Pattern.compile(pattern)
                            .matcher(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return m.find() ? m.group(1) : null;
        } catch (IOException _) {
            return null;
        }
    }

    /** The first line of a file, "" if it cannot be read. */
    private static String line(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException _) {
            return "";
        }
    }
}

package chainrule.cuda;

import chainrule.backend.provider.Finding;
import chainrule.cuda.emulator.EmulatorException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks for what CUDA needs, and reports what is there, what is missing, and what to do. */
final class Doctor {
    static final String CUDA = "libcuda.so.1";
    static final String CUBLAS = "libcublas.so.12";

    /** The oldest CUDA whose driver accepts the PTX of this project and has the functions that JCuda needs. */
    private static final int OLDEST_CUDA = 12;

    private static final String NVIDIA = "0x10de";
    private static final String GET_DRIVER =
            "install NVIDIA's driver, 525 or newer (https://www.nvidia.com/drivers), and reboot";
    private static final String GET_LIBRARY =
            "the driver runs, but its library is not here: start a container with --gpus all (NVIDIA Container"
                    + " Toolkit), elsewhere install the driver whole";

    /** Where CUDA's libraries usually are; * matches the rest of a name. */
    private static final List<String> PLACES =
            List.of(
                    "usr/local/cuda*/lib64",
                    "usr/local/cuda*/targets/x86_64-linux/lib",
                    "usr/lib/x86_64-linux-gnu",
                    "usr/lib64",
                    "opt/cuda*/lib64");

    private final Machine machine;
    private final List<Finding> findings = new ArrayList<>();

    private Doctor(Machine machine) {
        this.machine = machine;
    }

    /** This machine. */
    static List<Finding> examine() {
        return examine(new Machine() {});
    }

    static List<Finding> examine(Machine machine) {
        return new Doctor(machine).findings();
    }

    private List<Finding> findings() {
        platform();
        List<String> cards = cards();
        findings.add(
                cards.isEmpty()
                        ? Finding.missing("GPU", "no NVIDIA GPU on the PCI bus", "")
                        : Finding.fine("GPU", String.join(", ", cards)));
        int gpu = findings.size() - 1;
        if (driver(!cards.isEmpty()) && devices() && cards.isEmpty()) {
            findings.set(gpu, Finding.note("GPU", "not shown on the PCI bus, but the driver has one", ""));
        }
        cublas();
        emulator();
        compiler();
        return findings;
    }

    private void fine(String subject, String found) {
        findings.add(Finding.fine(subject, found));
    }

    private void note(String subject, String found, String advice) {
        findings.add(Finding.note(subject, found, advice));
    }

    private void missing(String subject, String found, String advice) {
        findings.add(Finding.missing(subject, found, advice));
    }

    static boolean supportedPlatform() {
        return supportedPlatform(new Machine() {});
    }

    private static boolean supportedPlatform(Machine machine) {
        return machine.system().equals("Linux") && machine.processor().equals("amd64");
    }

    private void platform() {
        String platform = machine.system() + " on " + machine.processor();
        if (supportedPlatform(machine)) {
            fine("platform", platform);
        } else {
            missing(
                    "platform",
                    platform,
                    "JCuda's native libraries come for Linux on x86-64 (amd64) only; take --backend simd here");
        }
    }

    /** The GPUs on the PCI bus, with or without a driver. */
    private List<String> cards() {
        if (Files.exists(machine.root().resolve("dev/dxg"))) {
            return List.of("the GPU of Windows, shared by the Windows Subsystem for Linux");
        }
        List<String> cards = new ArrayList<>();
        try (Stream<Path> devices = Files.list(machine.root().resolve("sys/bus/pci/devices"))) {
            devices.filter(d -> line(d.resolve("vendor")).equals(NVIDIA))
                    .filter(d -> line(d.resolve("class")).startsWith("0x03"))
                    .sorted()
                    .forEach(d -> cards.add("NVIDIA GPU at PCI " + d.getFileName()));
        } catch (IOException _) {
            // the bus is not visible
        }
        return cards;
    }

    private boolean driver(boolean card) {
        if (machine.emulating()) {
            note(
                    "driver",
                    "not checked: this process runs the emulated device, whose library has the driver's name",
                    "");
            return false;
        }
        String line = line(machine.root().resolve("proc/driver/nvidia/version"));
        String module = module(line);
        NativeLibrary library = machine.library(CUDA);
        if (!library.loaded()) {
            String advice = !line.isEmpty() ? GET_LIBRARY : card ? GET_DRIVER : "with an NVIDIA GPU: " + GET_DRIVER;
            missing("driver", module + ", " + library.reason(CUDA), advice);
            return false;
        }
        try {
            String version = machine.driverVersion();
            String found = module + ", for CUDA up to " + version + ", " + library.path();
            if (Integer.parseInt(version.replaceFirst("\\..*", "")) < OLDEST_CUDA) {
                missing("driver", found, GET_DRIVER);
                return false;
            }
            fine("driver", found);
            return true;
        } catch (LinkageError e) {
            missing(
                    "driver",
                    library.path() + " is there, but JCuda will not load: " + e,
                    "it unpacks its libraries into the folder for temporary files, which must allow execution");
        } catch (CudaException e) {
            missing("driver", library.path() + ": " + e.getMessage(), GET_DRIVER);
        }
        return false;
    }

    /** "NVIDIA driver 550.54.14" from the description of the kernel module, proprietary or open. */
    static String module(String line) {
        Matcher version = Pattern.compile("Kernel Module(?: for \\S+)?\\s+([\\d.]+)").matcher(line);
        return version.find() ? "NVIDIA driver " + version.group(1) : "no kernel module of NVIDIA's is loaded";
    }

    /** True if the kernels run on at least one device. */
    private boolean devices() {
        boolean any = false;
        try {
            List<Device> devices = machine.devices();
            for (Device device : devices) {
                String subject = "device " + device.index();
                String found = device.name() + ", " + device.memory() + ", compute capability " + device.capability();
                if (device.supported()) {
                    any = true;
                    fine(subject, found);
                } else {
                    note(subject, found, "too old: the kernels need 7.5 (Turing, 2018) or newer");
                }
            }
            if (!any) {
                missing(
                        "devices",
                        devices.isEmpty() ? "the driver shows none" : "none that is new enough",
                        "if you expect one: is CUDA_VISIBLE_DEVICES set? was the container started with --gpus"
                                + " all?");
            }
        } catch (CudaException e) {
            missing("devices", e.getMessage(), "if the driver has just been installed or updated, reboot");
        }
        return any;
    }

    private void cublas() {
        if (machine.emulating()) {
            return; // the emulated device has its own
        }
        NativeLibrary library = machine.library(CUBLAS);
        if (library.loaded()) {
            String version = library.version();
            fine("cuBLAS", (version.isEmpty() ? "" : version + ", ") + library.path());
            return;
        }
        note(
                "cuBLAS",
                library.reason(CUBLAS) + ": matrix products use the project's own tiled kernel",
                find(CUBLAS)
                        .map(folder -> "it is in " + folder + ": export LD_LIBRARY_PATH=" + folder)
                        .or(
                                () ->
                                        find("libcublas.so.13")
                                                .map(
                                                        folder ->
                                                                folder
                                                                        + " has the one of CUDA 13, but JCuda needs"
                                                                        + " CUDA 12"))
                        .orElse("to use cuBLAS, install a CUDA 12 toolkit, or only its cuBLAS"));
    }

    /** The first of the usual folders that has that file. */
    private Optional<Path> find(String file) {
        return PLACES.stream().flatMap(this::folders).filter(folder -> Files.exists(folder.resolve(file))).findFirst();
    }

    /** The folders that match a place. */
    private Stream<Path> folders(String place) {
        int star = place.indexOf('*');
        if (star < 0) {
            return Stream.of(machine.root().resolve(place));
        }
        Path begun = machine.root().resolve(place.substring(0, star));
        try (Stream<Path> siblings = Files.list(begun.getParent())) {
            return siblings
                    .filter(f -> f.getFileName().toString().startsWith(begun.getFileName().toString()))
                    .sorted()
                    .map(f -> f.resolve(place.substring(star + 2)))
                    .toList()
                    .stream();
        } catch (IOException _) {
            return Stream.of();
        }
    }

    private void emulator() {
        try {
            fine("emulated device", "--device emulated runs the kernels on the CPU, slowly; " + machine.emulator());
        } catch (EmulatorException e) {
            note("emulated device", e.getMessage(), "");
        }
    }

    private void compiler() {
        Matcher version = Pattern.compile("release ([\\d.]+), V[\\d.]+").matcher(machine.output("nvcc", "--version"));
        if (version.find()) {
            fine("nvcc", "CUDA " + version.group(1) + ", for changing the kernels");
        } else {
            note("nvcc", "not on the PATH: needed only for changing the kernels", "");
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

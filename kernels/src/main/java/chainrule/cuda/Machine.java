package chainrule.cuda;

import chainrule.cuda.emulator.EmulatedDevice;
import chainrule.cuda.emulator.EmulatorException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** What the doctor looks at: this machine, or one that a test makes up. */
interface Machine {
    /** "Linux". */
    default String system() {
        return System.getProperty("os.name");
    }

    /** "amd64". */
    default String processor() {
        return System.getProperty("os.arch");
    }

    /** Where its files begin. */
    default Path root() {
        return Path.of("/");
    }

    /** Whether this process runs the emulated device, whose libraries go by the names of the real ones. */
    default boolean emulating() {
        return EmulatedDevice.isLoaded();
    }

    /** A shared library, loaded by its file name. */
    default NativeLibrary library(String name) {
        return NativeLibrary.load(name);
    }

    /**
     * The version of CUDA that the driver is for, as "12.6".
     *
     * @throws CudaException if it will not say
     * @throws LinkageError if JCuda cannot be loaded
     */
    default String driverVersion() {
        return JCudaBinding.driverVersion();
    }

    /**
     * The devices that the driver shows.
     *
     * @throws CudaException if it does not work
     */
    default List<Device> devices() {
        return IntStream.range(0, JCudaBinding.devices()).mapToObj(JCudaBinding::device).toList();
    }

    /**
     * How the emulated device is had here: built, or to be built, and with what.
     *
     * @throws EmulatorException if it cannot be had
     */
    default String emulator() {
        return EmulatedDevice.provision();
    }

    /** What a program prints, "" if it is not on the PATH. */
    default String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }
}

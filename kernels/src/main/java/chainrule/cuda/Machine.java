package chainrule.cuda;

import chainrule.cuda.emulator.EmulatedDevice;
import chainrule.cuda.emulator.EmulatorException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The machine that the doctor examines: this one, or one made up by a test. */
interface Machine {
    /** "Linux". */
    default String system() {
        return System.getProperty("os.name");
    }

    /** "amd64". */
    default String processor() {
        return System.getProperty("os.arch");
    }

    /** The root of its file system. */
    default Path root() {
        return Path.of("/");
    }

    /** True if this process runs the emulated device, whose libraries have the names of the real ones. */
    default boolean emulating() {
        return EmulatedDevice.isLoaded();
    }

    /** A shared library, loaded by its file name. */
    default NativeLibrary library(String name) {
        return NativeLibrary.load(name);
    }

    /**
     * The latest CUDA that the driver supports, such as "12.6".
     *
     * @throws CudaException if the driver does not report it
     * @throws LinkageError if JCuda cannot be loaded
     */
    default String driverVersion() {
        return JCudaBinding.driverVersion();
    }

    /**
     * The devices that the driver reports.
     *
     * @throws CudaException if it does not work
     */
    default List<Device> devices() {
        return IntStream.range(0, JCudaBinding.devices()).mapToObj(JCudaBinding::device).toList();
    }

    /**
     * The state of the emulated device: built or to be built, and by which compiler.
     *
     * @throws EmulatorException if it cannot be built or used here
     */
    default String emulator() {
        return EmulatedDevice.provision();
    }

    /** The output of a program; "" if it is not on the PATH. */
    default String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }
}

package chainrule.cuda.emulator;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The emulated CUDA device of this process. Once {@link #load loaded}, JCuda's driver API and JCublas2 reach it as they
 * would reach a GPU: their native libraries ask for {@code libcuda.so.1} and {@code libcublas.so.12}, and the dynamic
 * linker takes the ones already loaded under that name. So it must be loaded before JCuda is first used, and
 * stays loaded; there is one, whose {@link #configure settings} may change at any time.
 *
 * <p>It needs Linux on x86-64 and g++, and refuses to replace a driver that is installed.
 */
@SuppressWarnings("restricted") // native access is what this is for
public final class EmulatedDevice {
    private static final int REPORT_BYTES = 8192;

    private static EmulatedDevice loaded;
    private static EmulatorException failure;

    private final Path folder;
    private final MethodHandle set;
    private final MethodHandle report;
    private final MethodHandle clearReport;
    private final MethodHandle counters;
    private final MethodHandle resetCounters;

    private EmulatedDevice(Path folder) {
        this.folder = folder;
        SymbolLookup cuda = SymbolLookup.libraryLookup(folder.resolve(NativeBuild.CUDA), Arena.global());
        SymbolLookup.libraryLookup(folder.resolve(NativeBuild.CUBLAS), Arena.global());
        set = function(cuda, "chainrule_emulator_set", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        report = function(cuda, "chainrule_emulator_report", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        clearReport = function(cuda, "chainrule_emulator_clear_report", FunctionDescriptor.of(JAVA_INT));
        counters = function(cuda, "chainrule_emulator_counters", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
        resetCounters = function(cuda, "chainrule_emulator_reset_counters", FunctionDescriptor.of(JAVA_INT));
    }

    /**
     * The device, built if need be, with the settings of the {@linkplain Settings#ofProperties system properties}.
     *
     * @param progress is called with a message when the device must be built
     * @throws EmulatorException if it cannot be built here, or there is a real driver
     */
    public static synchronized EmulatedDevice load(Consumer<String> progress) {
        if (failure != null) {
            throw failure; // a build that fails would fail again
        }
        if (loaded == null) {
            try {
                requirePlatform();
                requireNoDriver();
                EmulatedDevice device = new EmulatedDevice(new NativeBuild(progress).folder());
                device.configure(Settings.ofProperties());
                loaded = device;
            } catch (EmulatorException e) {
                failure = e;
                throw e;
            }
        }
        return loaded;
    }

    /** True if this process runs the emulated device. */
    public static synchronized boolean isLoaded() {
        return loaded != null;
    }

    /** Why {@link #load} would fail here, in one sentence; null if it would succeed. */
    public static synchronized String unavailableReason() {
        try {
            String _ = provision();
            return null;
        } catch (EmulatorException e) {
            return e.getMessage();
        }
    }

    /**
     * Whether the device is built already, or what will build it.
     *
     * @throws EmulatorException if it cannot be built or used: no g++, no place to build in, or a real driver
     */
    public static synchronized String provision() {
        if (failure != null) {
            throw failure;
        }
        if (loaded != null) {
            return "in use";
        }
        requirePlatform();
        requireNoDriver();
        return NativeBuild.provision();
    }

    /** Changes how the device runs, from the next launch on. */
    public void configure(Settings settings) {
        settings.natively().forEach(this::set);
    }

    /** Sets the memory of the device, 8 GiB by default. */
    public void memory(long bytes) {
        set("memory", Long.toString(bytes));
    }

    /**
     * Why the last failed call failed: the kernel, the .cu line, the block and thread, and what was wrong. Empty if
     * nothing has failed since {@link #clearReport}.
     */
    public String report() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(REPORT_BYTES);
            int _ = (int) report.invokeExact(text, REPORT_BYTES);
            return text.getString(0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Forgets the last failure. */
    public void clearReport() {
        try {
            int _ = (int) clearReport.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The counts since the last {@link #resetCounters}, of launches with {@link Settings#count}. */
    public Counters counters() {
        try (Arena arena = Arena.ofConfined()) {
            long bytes = (long) counters.invokeExact(MemorySegment.NULL, 0L);
            MemorySegment text = arena.allocate(bytes + 1);
            long _ = (long) counters.invokeExact(text, bytes + 1);
            return Counters.parse(text.getString(0));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets all counts to zero. */
    public void resetCounters() {
        try {
            int _ = (int) resetCounters.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The folder of the libraries, and under {@code modules} of the kernels translated to C++. */
    public Path folder() {
        return folder;
    }

    private void set(String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            int known = (int) set.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value));
            if (known == 0) {
                throw new IllegalArgumentException("the emulated device has no setting " + name + " = " + value);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Method handles declare every Throwable; native functions throw none. */
    private static RuntimeException unexpected(Throwable e) {
        return e instanceof RuntimeException known ? known : new IllegalStateException(e);
    }

    private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    private static void requirePlatform() {
        String system = System.getProperty("os.name");
        String processor = System.getProperty("os.arch");
        if (!system.equals("Linux") || !processor.equals("amd64")) {
            throw new EmulatorException(
                    "the emulated CUDA device runs on Linux on x86-64, not on " + system + " on " + processor, null);
        }
    }

    private static void requireNoDriver() {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(NativeBuild.CUDA, arena);
        } catch (IllegalArgumentException _) {
            return;
        }
        throw new EmulatorException(
                "an NVIDIA driver ("
                        + NativeBuild.CUDA
                        + ") is installed, and the emulated device uses the same name: it is for machines without a"
                        + " driver",
                null);
    }
}

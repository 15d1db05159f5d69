package chainrule.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A shared library as the dynamic linker sees it.
 *
 * @param path the file it was loaded from, or null
 * @param error the linker's message if it was not loaded, or null
 */
record NativeLibrary(Path path, String error) {
    private static final int RTLD_LAZY = 1;

    boolean loaded() {
        return error == null;
    }

    /** Why the library of that name was not loaded: "… is not there", or else the linker's message. */
    String reason(String name) {
        return error.equals(name + ": cannot open shared object file: No such file or directory")
                ? name + " is not there"
                : error;
    }

    /** The version at the end of the file's name, such as 12.6.4.1; "" if it has none. */
    String version() {
        Matcher version = Pattern.compile("\\.so\\.([\\d.]+)$").matcher(String.valueOf(path));
        return version.find() ? version.group(1) : "";
    }

    /** Loads a library by its file name, such as "libcuda.so.1". It stays loaded. */
    @SuppressWarnings("restricted") // native access is what this is for
    static NativeLibrary load(String name) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> open = linker.defaultLookup().find("dlopen");
        Optional<MemorySegment> why = linker.defaultLookup().find("dlerror");
        if (open.isEmpty() || why.isEmpty()) {
            return new NativeLibrary(null, name + ": this system has no dlopen");
        }
        MethodHandle dlopen = linker.downcallHandle(open.get(), FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
        MethodHandle dlerror = linker.downcallHandle(why.get(), FunctionDescriptor.of(ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = (MemorySegment) dlopen.invokeExact(arena.allocateFrom(name), RTLD_LAZY);
            if (handle.address() != 0) {
                return new NativeLibrary(file(name), null);
            }
            MemorySegment text = (MemorySegment) dlerror.invokeExact();
            return new NativeLibrary(null, text.reinterpret(4096).getString(0));
        } catch (Throwable e) {
            return new NativeLibrary(null, name + ": " + e.getMessage());
        }
    }

    /** The file behind a loaded library, whose name may have a longer version: libcuda.so.550.54 for libcuda.so.1. */
    private static Path file(String name) {
        String stem = name.substring(0, name.indexOf(".so") + 3);
        try (Stream<String> mapped = Files.lines(Path.of("/proc/self/maps"))) {
            return mapped.filter(line -> line.indexOf('/') >= 0)
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .filter(file -> file.getFileName().toString().startsWith(stem))
                    .findFirst()
                    .orElse(null);
        } catch (IOException _) {
            return null;
        }
    }
}

package chainrule.cuda.emulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds the stand-ins with g++, once for each state of their sources, in the user's cache folder:
 * {@code $XDG_CACHE_HOME/chainrule/emulator} or {@code ~/.cache/chainrule/emulator}, or the folder given by the
 * system property {@code chainrule.emulator.cache}. A build appears there complete or not at all, so several processes may
 * build at the same time.
 */
final class NativeBuild {
    static final String CUDA = "libcuda.so.1";
    static final String CUBLAS = "libcublas.so.12";

    private static final String CACHE = Settings.PREFIX + "cache";
    private static final String COMPILER = "g++";
    private static final List<String> FLAGS = List.of("-std=c++17", "-O1", "-w", "-fPIC", "-fvisibility=hidden");

    /** Precompiled, which halves the time of the build. */
    private static final String COMMON_HEADER = "core/std.h";

    /** Vectorizes loops over columns. A precompiled header cannot be used at another optimization level. */
    private static final List<String> BLAS_FLAGS = List.of("-O3", "-fno-math-errno");

    /** The number of lines of a failing g++'s output that a message quotes. */
    private static final int REPORTED_LINES = 8;

    private final Sources sources = Sources.packed();
    private final Consumer<String> progress;

    NativeBuild(Consumer<String> progress) {
        this.progress = progress;
    }

    /**
     * The folder with both libraries, built if it is not there yet.
     *
     * @throws EmulatorException if there is no g++, or it fails
     */
    Path folder() {
        String version = compilerVersion();
        Path cache = cache();
        Path built = built(version);
        if (!Files.isDirectory(built)) {
            progress.accept("building the emulated CUDA device with g++ " + version + " (once) ...");
            try {
                Files.createDirectories(cache);
                Path own = Files.createTempDirectory(cache, "building-");
                try {
                    build(own);
                    publish(own, built);
                } finally {
                    delete(own);
                }
            } catch (IOException e) {
                throw unwritable(cache, e);
            }
        }
        return built;
    }

    private static EmulatorException unwritable(Path cache, IOException e) {
        String why =
                switch (e) {
                    case AccessDeniedException _ -> "permission denied";
                    case FileAlreadyExistsException _, NotDirectoryException _ -> e.getMessage() + " is no folder";
                    case NoSuchFileException _ -> e.getMessage() + " cannot be created";
                    case FileSystemException f when f.getReason() != null -> f.getFile() + ": " + f.getReason();
                    default -> e.toString();
                };
        return new EmulatorException(
                "the emulated CUDA device cannot be built in "
                        + cache
                        + " ("
                        + why
                        + "); set the environment variable XDG_CACHE_HOME to a folder that can be written",
                e);
    }

    /**
     * Whether it is built already, and by what: "built by g++ 12.2.0 in /home/…".
     *
     * @throws EmulatorException if there is no g++, or no place to build in
     */
    static String provision() {
        String version = compilerVersion();
        Path cache = cache();
        Path built = new NativeBuild(_ -> {}).built(version);
        if (Files.isDirectory(built)) {
            return "built by g++ " + version + " in " + built;
        }
        try {
            Files.createDirectories(cache);
            Files.delete(Files.createTempFile(cache, "probe-", ""));
            return "g++ " + version + " is here to build it, once";
        } catch (IOException e) {
            throw unwritable(cache, e);
        }
    }

    private Path built(String version) {
        return cache().resolve(sources.key(version, FLAGS.toString(), BLAS_FLAGS.toString()));
    }

    /** The version of g++, or an explanation why the emulated device cannot be built. */
    static String compilerVersion() {
        return versionOf(COMPILER);
    }

    static String versionOf(String compiler) {
        try {
            return run(List.of(compiler, "-dumpfullversion")).strip();
        } catch (IOException e) {
            throw new EmulatorException(
                    "the emulated CUDA device needs g++, and there is none on the PATH. Install it (Debian, Ubuntu: apt"
                            + " install g++; Fedora: dnf install gcc-c++) and try again",
                    e);
        }
    }

    private static Path cache() {
        String chosen = System.getProperty(CACHE);
        if (chosen != null) {
            return Path.of(chosen);
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache != null && !cache.isEmpty() ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("chainrule").resolve("emulator");
    }

    private void build(Path folder) throws IOException {
        Path source = folder.resolve("source");
        Path objects = Files.createDirectories(folder.resolve("objects"));
        sources.unpack(source);
        String header = source.resolve(COMMON_HEADER).toString();
        run(command(List.of("-x", "c++-header", header, "-o", header + ".gch")));
        List<String> cuda = sources.units(false);
        List<String> cublas = sources.units(true);
        List<Callable<String>> compilations = new ArrayList<>();
        List<String> included = List.of("-include", header);
        cuda.forEach(unit -> compilations.add(() -> compile(source, unit, objects, included)));
        cublas.forEach(unit -> compilations.add(() -> compile(source, unit, objects, BLAS_FLAGS)));
        inParallel(compilations);
        link(folder, CUDA, objects(objects, cuda), List.of("-lpthread", "-ldl"));
        Path versions = source.resolve("blas/exports.map");
        link(
                folder,
                CUBLAS,
                objects(objects, cublas),
                List.of(folder.resolve(CUDA).toString(), "-Wl,--version-script=" + versions));
        delete(objects);
        Files.delete(Path.of(header + ".gch"));
    }

    private static String compile(Path source, String unit, Path objects, List<String> more) throws IOException {
        List<String> command = command(more);
        command.addAll(List.of("-I" + source, "-c", source.resolve(unit).toString(), "-o", object(objects, unit)));
        return run(command);
    }

    private static void link(Path folder, String library, List<String> objects, List<String> more) throws IOException {
        List<String> command = command(List.of("-shared", "-Wl,-soname," + library));
        command.addAll(List.of("-o", folder.resolve(library).toString()));
        command.addAll(objects);
        command.addAll(more);
        run(command);
    }

    private static List<String> command(List<String> more) {
        List<String> command = new ArrayList<>(List.of(COMPILER));
        command.addAll(FLAGS);
        command.addAll(more);
        return command;
    }

    private static List<String> objects(Path folder, List<String> units) {
        return units.stream().map(unit -> object(folder, unit)).toList();
    }

    private static String object(Path folder, String unit) {
        return folder.resolve(unit.replace('/', '_').replace(".cpp", ".o")).toString();
    }

    private static void inParallel(List<Callable<String>> tasks) throws IOException {
        try (ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Future<String> done : pool.invokeAll(tasks)) {
                done.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EmulatorException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** The output of a command, which must succeed. */
    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                String most = output.lines().limit(REPORTED_LINES).collect(Collectors.joining("\n")).strip();
                throw new EmulatorException(
                        "the emulated CUDA device cannot be built: " + String.join(" ", command) + " failed:\n" + most,
                        null);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }

    /** If another process was faster, its build is used. */
    private static void publish(Path own, Path built) throws IOException {
        try {
            Files.move(own, built, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(built)) {
                throw e;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) walk.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }
}

package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import chainrule.backend.Backend;
import chainrule.backend.check.SelfTest;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Finding;
import chainrule.backend.provider.Setup;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Machines with less than this one, and with more: each test starts Java with another PATH, cache folder or library path,
 * and runs the diagnosis and every way to open a backend. What is missing is named, and nothing else is thrown.
 */
class OtherMachinesTest {
    private static final String NO_DRIVER = "no NVIDIA driver (libcuda.so.1 is not there)";

    @TempDir Path folder;

    /** The program of the other JVM. */
    static final class Inquiry {
        public static void main(String[] args) {
            for (Finding finding : new CudaProvider().diagnose()) {
                System.out.println(finding.subject() + ": " + finding.verdict() + " " + finding.found());
            }
            Backends.Choice choice = Backends.best(1);
            System.out.println("best: " + choice.backend().name() + ", " + choice.reason());
            choice.backend().close();
            for (String device : List.of("", "emulated")) {
                try (Backend backend = Backends.open("cuda", new Setup(1, device, false)).backend()) {
                    boolean correct = SelfTest.run(backend).stream().allMatch(SelfTest.Result::passed);
                    System.out.println(
                            "open '" + device + "': " + backend.description() + (correct ? ", correct" : ", WRONG"));
                } catch (IllegalArgumentException e) {
                    System.out.println("open '" + device + "': " + e.getMessage());
                }
            }
        }
    }

    @BeforeEach
    void needsAMachineWithoutADriver() {
        assumeFalse(NativeLibrary.load(Doctor.CUDA).loaded() && !Emulated.isLoaded(), "there is an NVIDIA driver here");
    }

    private static String inquire(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Inquiry.class.getName());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).doesNotContain("Exception", "\tat ");
        return output;
    }

    @Test
    void namesMissingDriverCompilersAndCublas() throws IOException, InterruptedException {
        String noCompiler = "the emulated CUDA device needs g++, and there is none on the PATH. Install it (Debian";
        assertThat(inquire(Map.of("PATH", "/nonexistent")))
                .contains("platform: FINE ", "GPU: ", "driver: MISSING ", "nvcc: NOTE not on the PATH")
                .contains(
                        "cuBLAS: NOTE libcublas.so.12 is not there: matrix products use the project's own tiled kernel")
                .contains("emulated device: NOTE " + noCompiler)
                .contains("best: ejml, the best here; no cuda: " + NO_DRIVER)
                .contains("open '': backend 'cuda' cannot be used here: " + NO_DRIVER)
                .contains("--device emulated would run the kernels on the CPU, but " + noCompiler)
                .contains("./run doctor says more")
                .contains("open 'emulated': backend 'cuda' cannot be used here: " + noCompiler);
    }

    @Test
    void quotesACompilerThatFails() throws IOException, InterruptedException {
        Path compiler =
                Files.writeString(
                        folder.resolve("g++"),
                        "#!/bin/sh\n"
                                + "[ \"$1\" = -dumpfullversion ] && echo 9.9 && exit\n"
                                + "echo cc1plus is lost >&2\n"
                                + "exit 1\n");
        Files.setPosixFilePermissions(compiler, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path cache = folder.resolve("cache");
        String output = inquire(Map.of("PATH", folder.toString(), "XDG_CACHE_HOME", cache.toString()));
        assertThat(output)
                .contains(
                        "emulated device: FINE --device emulated runs the kernels on the CPU, slowly; g++ 9.9 is here")
                .contains("building the emulated CUDA device with g++ 9.9 (once) ...")
                .containsPattern(
                        "open 'emulated': the emulated CUDA device cannot be built: g\\+\\+ .* failed:\ncc1plus is");
        assertThat(cache.resolve("chainrule/emulator")).as("no incomplete build").isEmptyDirectory();
    }

    @Test
    void namesAFolderItCannotBuildIn() throws IOException, InterruptedException {
        Emulated.require();
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(inquire(Map.of("XDG_CACHE_HOME", file.toString())))
                .contains("emulated device: NOTE the emulated CUDA device cannot be built in " + file)
                .contains("set the environment variable XDG_CACHE_HOME to a folder that can be written")
                .contains(
                        "open 'emulated': backend 'cuda' cannot be used here: the emulated CUDA device cannot be"
                                + " built");
    }

    /** With the emulated libcuda on the library path and no cuBLAS, the backend takes the machine for one with a GPU. */
    @Test
    void usesItsOwnProductsWithoutCublas() throws IOException, InterruptedException {
        Emulated.require();
        Path built = Emulated.device().folder();
        Files.copy(built.resolve(Doctor.CUDA), folder.resolve(Doctor.CUDA));
        Files.createDirectories(built.resolve("modules"));
        List<Path> links = new ArrayList<>();
        for (String name : List.of("source", "modules")) {
            links.add(Files.createSymbolicLink(folder.resolve(name), built.resolve(name)));
        }
        String output = inquire(Map.of("LD_LIBRARY_PATH", folder.toString()));
        for (Path link : links) {
            Files.delete(link); // JUnit, which clears the folder, warns of links to other folders
        }
        assertThat(output)
                .containsPattern("driver: FINE .*for CUDA up to 12\\.\\d, " + folder + "/libcuda.so.1")
                .containsPattern("device 0: FINE .*, compute capability [789]\\.\\d")
                .contains("cuBLAS: NOTE libcublas.so.12 is not there")
                .contains("best: cuda, the best here")
                .containsPattern("open '': float32, .*, products by our own sgemm: no libcublas.so.12, correct")
                .contains("open 'emulated': backend 'cuda' cannot be used here: an NVIDIA driver (libcuda.so.1) is");
    }
}

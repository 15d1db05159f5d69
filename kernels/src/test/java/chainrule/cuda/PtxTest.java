package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The committed PTX: it is compiled from the current sources, it has the kernels that Java launches, and NVIDIA's assembler,
 * which JCuda contains and which needs no GPU, accepts it for every architecture from Turing to Hopper.
 */
class PtxTest {
    private static final Path SOURCES = Path.of("src/main/cuda");
    private static final Pattern ENTRY = Pattern.compile("\\.visible \\.entry (\\w+)\\(");

    /** A stack frame is an array that the assembler could not keep in registers: as slow as spilled registers. */
    private static final Pattern SPILLS = Pattern.compile("(\\d+) bytes (?:stack frame|spill stores|spill loads)");

    private static final List<String> ARCHITECTURES = List.of("sm_75", "sm_80", "sm_86", "sm_89", "sm_90");

    static List<String> modules() throws IOException {
        return PtxBuild.names(SOURCES);
    }

    private static String ptx(String module) {
        return new String(Launcher.ptx(module), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void hasTheHashOfTheSources(String module) throws IOException {
        assertThat(ptx(module))
                .as("%s.ptx is older than its sources: run kernels/compile-ptx", module)
                .startsWith(PtxBuild.header(SOURCES, module));
    }

    /** The hash in the header could be wrong. */
    @ParameterizedTest
    @MethodSource("modules")
    void equalsTheCompilersOutput(String module) throws IOException {
        String release = PtxBuild.release();
        assumeTrue(release != null, "no nvcc on the PATH");
        String committed = ptx(module);
        assumeTrue(
                PtxBuild.compiler(committed).equals(release),
                "nvcc is " + release + ", the PTX is by " + PtxBuild.compiler(committed));
        assertThat(PtxBuild.compile(SOURCES, module).equals(committed))
                .as("%s.ptx differs from the output of nvcc: run kernels/compile-ptx", module)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void hasExactlyTheKernelsThatAreLaunched(String module) {
        String ptx = ptx(module);
        List<String> entries = ENTRY.matcher(ptx).results().map(m -> m.group(1)).toList();
        assertThat(entries).containsExactlyInAnyOrderElementsOf(Kernel.of(module).stream().map(Kernel::entry).toList());
        assertThat(ptx).contains("\n.version 8.0\n.target sm_75\n").doesNotContain(".func");
        assertThat(ptx.lines().filter(line -> line.startsWith("\t.file")))
                .isNotEmpty()
                .allMatch(line -> line.matches("\t\\.file\t\\d+ \"[\\w.]+\""), "file names without folders");
    }

    /** Spilled registers cost more than most of the arithmetic on them. */
    @ParameterizedTest
    @MethodSource("modules")
    void assemblesForEveryArchitectureWithoutSpills(String module) {
        byte[] ptx = Launcher.ptx(module);
        needsTheAssembler();
        for (String architecture : ARCHITECTURES) {
            nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
            JNvPTXCompiler.nvPTXCompilerCreate(compiler, ptx.length, Arrays.copyOf(ptx, ptx.length + 1));
            String[] options = {"--gpu-name=" + architecture, "--verbose"};
            int result = JNvPTXCompiler.nvPTXCompilerCompile(compiler, options.length, options);
            String log = log(compiler);
            JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
            assertThat(result)
                    .as("%s for %s: %s", module, architecture, log)
                    .isEqualTo(nvPTXCompileResult.NVPTXCOMPILE_SUCCESS);
            spillsNothing(module, architecture, log);
        }
    }

    private static void needsTheAssembler() {
        try {
            JNvPTXCompiler.setExceptionsEnabled(false);
        } catch (LinkageError e) {
            assumeTrue(false, "NVIDIA's assembler, JNvPTXCompiler of jcuda-natives, cannot be loaded here: " + e);
        }
    }

    /** The toolkit's assembler is newer than JCuda's. */
    @ParameterizedTest
    @MethodSource("modules")
    void assemblesWithoutSpillsInTheToolkitToo(String module) throws IOException {
        assumeTrue(onPath("ptxas"), "no ptxas on the PATH");
        Path ptx = SOURCES.resolveSibling("resources").resolve("chainrule/cuda").resolve(module + ".ptx");
        for (String architecture : List.of("sm_80", "sm_90")) {
            List<String> command = List.of("ptxas", "-v", "-arch=" + architecture, "-o", "/dev/null", ptx.toString());
            spillsNothing(module, architecture, PtxBuild.run(Path.of("."), command.toArray(String[]::new)));
        }
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static void spillsNothing(String module, String architecture, String log) {
        List<MatchResult> spills = SPILLS.matcher(log).results().toList();
        assertThat(spills).as("the assembler's report on registers, for %s", architecture).isNotEmpty();
        assertThat(spills)
                .as("spilled registers of %s for %s: %s", module, architecture, log)
                .allMatch(m -> m.group(1).equals("0"));
    }

    private static String log(nvPTXCompilerHandle compiler) {
        StringBuilder log = new StringBuilder();
        long[] size = {0};
        JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(compiler, size);
        byte[] info = new byte[(int) size[0] + 1];
        JNvPTXCompiler.nvPTXCompilerGetInfoLog(compiler, info);
        log.append(new String(info, StandardCharsets.UTF_8));
        JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size);
        byte[] errors = new byte[(int) size[0] + 1];
        JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, errors);
        return log.append(new String(errors, StandardCharsets.UTF_8)).toString().strip();
    }
}

package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chainrule.backend.provider.BackendProvider;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

class BenchCommandTest {
    @TempDir Path folder;

    private record Cli(int status, String out, String err) {}

    private static Cli run(List<String> arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        try {
            List<String> words = new ArrayList<>(List.of("bench"));
            words.addAll(arguments);
            int status = Main.execute(words.toArray(String[]::new));
            return new Cli(
                    status, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private Cli bench(String... options) {
        List<String> arguments = new ArrayList<>(List.of("--out", folder.resolve("out").toString()));
        arguments.addAll(Arrays.asList(options));
        return run(arguments);
    }

    private static BackendProvider gpu() {
        return Backends.providers().stream().filter(p -> p.name().equals(Case.GPU)).findFirst().orElseThrow();
    }

    private static final String[] TINY = {
        "--set", "im2col", "--filter", "im2col 64@7", "--backends", "cuda,ejml", "--threads", "1", "--quick"
    };

    private Path results() {
        return folder.resolve("out/results.json");
    }

    /** Starts separate JVMs, as for a user. */
    @Test
    void measuresCasesThatMatchAndResumesThem() throws Exception {
        Cli first = bench(TINY);
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out().contains("left out         backend 'cuda' cannot be used here: "))
                .as("without a GPU it reports the reason and continues")
                .isEqualTo(gpu().unavailableReason().isPresent());
        assertThat(first.out()).contains("CPU", "JDK", "commit", "expected", "im2col 64@7", "% of roof", "report.html");
        Results results = Results.read(results());
        assertThat(results.schema()).isEqualTo(Results.SCHEMA);
        assertThat(results.measurements())
                .extracting(Measurement::family)
                .containsOnly("im2col", "byte-peak", "flop-peak");
        Roofs roofs = new Roofs(results.measurements());
        assertThat(results.measurements())
                .filteredOn(m -> m.family().equals("im2col") && m.backend().equals("ejml"))
                .singleElement()
                .satisfies(m -> assertThat(m.nanos()).hasSize(1).allMatch(fork -> fork.size() == 3))
                .satisfies(m -> assertThat(roofs.fraction(m)).isBetween(0.0, 1.05));
        assertThat(results.measurements())
                .filteredOn(m -> m.family().equals("byte-peak") && m.backend().equals(Case.MACHINE))
                .hasSize(60); // five kinds, twelve sizes
        assertThat(Json.read(Files.readString(results())).getAsJsonObject().getAsJsonObject("facts").keySet())
                .contains("command", "CPU", "JDK", "commit", "threads", "settings");
        assertThat(Files.readString(folder.resolve("out/report.html"))).contains("<svg", "im2col 64@7", "Bandwidth");

        List<String> more = new ArrayList<>(Arrays.asList(TINY));
        more.set(3, "im2col.* 64@7");
        more.addAll(List.of("--resume", "--format", "json"));
        Cli second = bench(more.toArray(String[]::new));
        assertThat(second.status()).as(second.err()).isZero();
        assertThat(second.out()).contains("for 1 case, 2 more are kept", "  1/1  im2col", "im2colGradient 64@7");
        assertThat(Results.read(results()).measurements()).containsAll(results.measurements());
        assertThat(Json.read(Files.readString(folder.resolve("out/jmh.json"))).getAsJsonArray()).hasSize(1);

        more.addAll(List.of("--forks", "2"));
        Cli other = bench(more.toArray(String[]::new));
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err())
                .contains("has another settings: '1 fork of 3 windows, quick', now '2 forks")
                .hasLineCount(1);
    }

    @Test
    void startsNoCaseThatTheBudgetCannotHold() {
        List<String> options = new ArrayList<>(Arrays.asList(TINY));
        options.addAll(List.of("--budget", "1s"));
        Cli run = bench(options.toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("not measured: 2 cases, the budget is spent; --resume continues");
        assertThat(Results.read(results()).measurements()).isEmpty();
    }

    /** The operands need more memory than the forks have: ./run passes options of this JVM on. */
    @Test
    void aFailedCaseIsOneLineAndTheRestGoesOn() throws Exception {
        Process run =
                process(
                        "-Xmx40m",
                        "--set",
                        "elementwise",
                        "--filter",
                        "elementwise (fill|copy) ",
                        "--backends",
                        "simd");
        int status = run.waitFor();
        String out = Files.readString(folder.resolve("console"));
        assertThat(status).as(out).isEqualTo(1);
        assertThat(out)
                .contains("elementwise copy 4194304 simd 1 failed: ", "2 of 5 cases failed")
                .doesNotContain("\tat ");
        Results results = Results.read(results());
        assertThat(results.measurements())
                .filteredOn(m -> !m.measured())
                .extracting(Measurement::name)
                .containsExactly("elementwise fill 4194304 simd 1", "elementwise copy 4194304 simd 1");
        assertThat(results.measured()).extracting(Measurement::name).contains("elementwise copy 4096 simd 1");
        assertThat(folder.resolve("out/report.html")).exists();
    }

    @Test
    void endedRunsKeepWhatIsMeasured() throws Exception {
        Process run = process("-Xmx1g", "--set", "optimizer", "--backends", "simd");
        for (int i = 0; i < 1200 && Files.notExists(results()); i++) {
            Thread.sleep(50);
        }
        run.destroy(); // as Ctrl-C does
        assertThat(run.waitFor()).isEqualTo(143);
        assertThat(Files.readString(folder.resolve("console")))
                .contains("not measured: the run was ended; --resume continues")
                .doesNotContain("failed");
        assertThat(Results.read(results()).measured()).isNotEmpty();
        assertThat(folder.resolve("out/report.html")).exists();
    }

    private Process process(String jvmOption, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(jvmOption, "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-Djmh.ignoreLock=true", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), "bench"));
        command.addAll(Arrays.asList(options));
        command.addAll(List.of("--threads", "1", "--quick", "--out", folder.resolve("out").toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("console").toFile())
                .start();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--set depth|unknown set 'depth', expected all, kernels, steps, capture, gemm",
                "--set=|unknown set ''",
                "--set byte-peak|unknown set 'byte-peak'",
                "--backends fast|unknown backend 'fast', expected best or one of",
                "--threads 0|--threads 0: expected at least 1",
                "--threads two|'two'",
                "--filter nothing|--filter 'nothing' matches none of",
                "--filter (|--filter '(' is no regular expression",
                "--shape 128x10|--shape 128x10 is no shape of steps; expected one like mlp5",
                "--set pooling --shape 4x4x8k5|is no shape of pooling",
                "--forks 0|--forks 0: expected at least 1",
                "--budget 20|--budget 20: expected a time such as 90s, 30m or 2h",
                "--prof nothing|--prof nothing: ",
                "--format xml|--format xml: expected json, csv or text",
                "--threads 1,100000|--threads 100000: expected at most",
                "--fast|unknown option '--fast'; see ./run bench --help",
                "--backend simd|unknown option '--backend'; did you mean '--backends'? See ./run bench --help"
            })
    void reportsBadInputInOneLineWithoutWritingFiles(String options, String part) {
        Cli run = bench(options.split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).startsWith("./run bench: ").contains(part).doesNotContain("Exception:");
        assertThat(run.out()).isEmpty();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void helpNamesEverySetAndOption() {
        Cli help = run(List.of("--help"));
        assertThat(help.status()).isZero();
        assertThat(help.err()).isEmpty();
        for (Family family : Family.values()) {
            assertThat(family.peak() || help.out().contains(family.label())).as(family.label()).isTrue();
        }
        assertThat(help.out())
                .contains(
                        "--set",
                        "--backends",
                        "--threads",
                        "--device",
                        "--filter",
                        "--shape",
                        "--out",
                        "--quick",
                        "--render");
        assertThat(help.out().lines()).allMatch(line -> line.length() <= 120);
    }

    @Test
    void failsWithoutAWorkingBackend() {
        assumeTrue(gpu().unavailableReason().isPresent(), "there is a GPU");
        Cli alone = bench("--backends", "cuda", "--quick");
        assertThat(alone.status()).isEqualTo(2);
        assertThat(alone.err()).startsWith("./run bench: backend 'cuda' cannot be used here: ");
    }

    /** Measures one case on the emulated device, which needs no GPU; a GPU is measured the same way. */
    @Test
    void measuresCudaOnTheEmulatedDevice() {
        Optional<String> unavailableReason = gpu().unavailableReason(new Setup(1, "emulated", false));
        assumeTrue(unavailableReason.isEmpty(), () -> unavailableReason.orElse(""));
        Case small = cases(Family.LOSS, List.of(Case.GPU), List.of(1, 2)).getFirst();
        Measurement gpu = small.measurement(small.run(new Settings(true, 1, "emulated", List.of())));
        assertThat(gpu.median()).isPositive();
        SequencedMap<String, Object> facts = new LinkedHashMap<>(Map.of(Case.GPU, "float32, emulated on the CPU"));
        Report report = new BenchReport(new Results(facts, List.of(gpu))).report();
        assertThat(report.sections().stream().map(Section::title)).contains("No GPU was measured");
    }

    private static List<Case> cases(Family family, List<String> backends, List<Integer> threads) {
        return family.cases(family.shapes(List.of()), backends, threads);
    }

    @Test
    void rejectsUnknownDevice() {
        Cli run = bench("--device", "gpu", "--quick");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("it has no device 'gpu', expected a number or emulated").hasLineCount(1);
    }

    @Test
    void measuresAGpuWithOneThreadCountOnly() {
        List<Case> cases = cases(Family.GEMM, List.of("cuda", "simd"), List.of(1, 2));
        assertThat(cases).filteredOn(c -> c.backend().equals("cuda")).isNotEmpty().allMatch(c -> c.threads() == 1);
        assertThat(cases).filteredOn(c -> c.backend().equals("simd") && c.threads() == 2).isNotEmpty();
    }

    @Test
    void everyFamilyHasCasesWithWork() {
        assertThat(Family.set("all")).hasSize(15).containsAll(Family.set("kernels"));
        for (Family family : Family.set("all")) {
            assertThat(cases(family, List.of("simd", "ejml"), List.of(1, 2)))
                    .isNotEmpty()
                    .allSatisfy(c -> assertThat(c.work().amount()).isPositive());
        }
    }

    @Test
    void measuresShapesOfTheUser() {
        assertThat(Family.GEMM.shapes(List.of("12x13x14", "mlp7", "64-64@8"))).containsExactly("12x13x14");
        assertThat(Family.STEPS.shapes(List.of("12x13x14", "mlp7"))).containsExactly("mlp7");
        assertThat(Family.CONVOLUTION.shapes(List.of("64-64@8k5s2", "64-64@0", "3-3@4k5v")))
                .containsExactly("64-64@8k5s2");
        assertThat(Family.TRANSFER.shapes(List.of("17", "0"))).containsExactly("17");
    }
}

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
import java.util.Set;

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
            int status = Main.execute(arguments.toArray(String[]::new));
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

    /** Starts separate JVMs, as for a user. */
    @Test
    void measuresASetWritesAReportAndComparesItWithAnEarlierRun() throws Exception {
        String[] tiny = {"--set", "im2col", "--backends", "cuda,ejml", "--threads", "1", "--quick"};
        Cli first = bench(tiny);
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out().contains("left out   backend 'cuda' cannot be used here: "))
                .as("without a GPU it reports the reason and continues")
                .isEqualTo(gpu().unavailableReason().isPresent());
        assertThat(first.out()).contains("CPU", "JDK", "commit", "im2col 32@16", "of peak", "report.html");
        Path results = folder.resolve("out/results.json");
        assertThat(Results.read(results).measurements())
                .extracting(Measurement::family)
                .containsOnly("im2col", "byte-peak");
        assertThat(Results.read(results).measurements())
                .allSatisfy(m -> assertThat(m.nanos()).hasSize(3).allMatch(n -> n > 0));
        assertThat(Json.read(Files.readString(results)).getAsJsonObject().getAsJsonObject("facts").keySet())
                .contains("command", "CPU", "JDK", "commit", "threads");
        String html = Files.readString(folder.resolve("out/report.html"));
        assertThat(html).contains("<svg", "im2colGradient 64@7", "triad in memory");

        List<String> again = new ArrayList<>(Arrays.asList(tiny));
        again.addAll(List.of("--against", results.toString()));
        Cli second = bench(again.toArray(String[]::new));
        assertThat(second.status()).as(second.err()).isZero();
        assertThat(second.out())
                .contains("Before and after")
                .containsPattern("\\d faster, \\d slower, \\d within noise");
        assertThat(Files.readString(folder.resolve("out/report.html"))).contains("Against commit");
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
                "--against missing.json|cannot read missing.json",
                "--against pom.xml|pom.xml is not a results.json",
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
                .contains("--set", "--backends", "--threads", "--device", "--against", "--out", "--quick", "--render");
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
    void comparesCudaWithTheCpuAndReportsTheCrossover() {
        Optional<String> unavailableReason = gpu().unavailableReason(new Setup(1, "emulated", false));
        assumeTrue(unavailableReason.isEmpty(), () -> unavailableReason.orElse(""));
        Case small = Family.LOSS.cases(List.of(Case.GPU), List.of(1, 2)).getFirst();
        Measurement gpu = small.measure(true, "emulated");
        assertThat(gpu.median()).isPositive();
        Measurement cpu =
                new Measurement(
                        "loss",
                        gpu.operation(),
                        gpu.shape(),
                        "ejml",
                        2,
                        gpu.unit(),
                        gpu.amount(),
                        List.of(2 * gpu.median()));
        SequencedMap<String, Object> facts = new LinkedHashMap<>(Map.of(Case.GPU, "float32, emulated on the CPU"));
        Report report = new BenchReport(new Results(facts, List.of(gpu, cpu)), null, null).report();
        assertThat(report.sections().stream().map(Section::title))
                .containsSubsequence("No GPU was measured", "From which size the GPU is faster");
        assertThat(BenchReport.table(Crossover.of(List.of(gpu, cpu))).plain())
                .containsPattern("loss +softmax +128x10 +2.0 +2.0");
    }

    @Test
    void rejectsUnknownDevice() {
        Cli run = bench("--device", "gpu", "--quick");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("it has no device 'gpu', expected a number or emulated").hasLineCount(1);
    }

    @Test
    void measuresAGpuWithOneThreadCountOnly() {
        List<Case> cases = Family.GEMM.cases(List.of("cuda", "simd"), List.of(1, 2));
        assertThat(cases).filteredOn(c -> c.backend().equals("cuda")).isNotEmpty().allMatch(c -> c.threads() == 1);
        assertThat(cases).filteredOn(c -> c.backend().equals("simd") && c.threads() == 2).isNotEmpty();
    }

    @Test
    void everyFamilyHasCasesWithWork() {
        assertThat(Family.set("all")).hasSize(11).containsAll(Family.set("kernels"));
        for (Family family : Family.values()) {
            assertThat(family.cases(List.of("simd", "ejml"), List.of(1, 2)))
                    .isNotEmpty()
                    .allSatisfy(c -> assertThat(c.work().amount()).isPositive());
        }
        assertThat(Family.withPeaks(Set.of(Family.STEPS, Family.LOSS)))
                .containsExactly(Family.FLOP_PEAK, Family.BYTE_PEAK, Family.STEPS, Family.LOSS);
    }
}

package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.bench.path.Work;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The statements of a benchmark report follow from its tables. */
class BenchReportTest {
    /** 1000 operations in 4 and 5 ns: 250 GFLOP/s at best, 222 at the median. */
    private static final Measurement PEAK = peak("flop-peak", "registers", Work.flop(1000), 4.0, 4.5, 5.0);

    /** 1000 bytes in 10 ns: 100 GB/s. */
    private static final Measurement TRIAD = peak("byte-peak", "triad", Work.traffic(600, 400, 0), 10.0);

    private static final Measurement STEP = Measured.of("steps", "mlp5", "simd", 2, Work.flop(1000), 10.0, 10.0, 11.0);

    @TempDir Path folder;

    private static Measurement peak(String family, String operation, Work work, Double... nanos) {
        return new Measurement(family, operation, "s", Case.MACHINE, 2, work, List.of(List.of(nanos)));
    }

    private static Report report(Measurement... measurements) {
        return new BenchReport(new Results(new LinkedHashMap<>(), List.of(measurements))).report();
    }

    private String text(Measurement... measurements) throws IOException {
        OutputDirectory.open(folder).write(report(measurements));
        return Files.readString(folder.resolve("report.html")).replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");
    }

    @Test
    void roofsReferToTheFastestSampleOnThePage() throws IOException {
        String page = text(PEAK, STEP);
        assertThat(page).contains(" 222.2 250.0 "); // the peak at its median, and at best
        assertThat(page).contains(" 100.0 40.0 % arithmetic"); // the step: 100 of 250
    }

    @Test
    void leadNamesOnlyMeasuredFamilies() {
        assertThat(report(PEAK, STEP).lead()).startsWith("Measured: training steps. The roof");
        Measurement loss = Measured.of("loss", "128x10", "simd", 2, Work.traffic(1000, 0, 0), 30.0);
        assertThat(report(loss).lead()).isEqualTo("Measured: softmax and losses.");
    }

    @Test
    void drawsARooflineOfPrimitivesWithArithmetic() throws IOException {
        Work product = new Work(Work.Unit.FLOP, 4000, 1000, 100, 100, 0, 0);
        Measurement gemm = Measured.of("gemm", "64x64x64", "simd", 2, product, 10.0);
        assertThat(report(PEAK, TRIAD, gemm).sections()).extracting(Section::title).contains("Roofline");
        String page = text(PEAK, TRIAD, gemm);
        // nominal rate, executed rate and the fraction of the roof by executed operations
        assertThat(page).contains(" 400.0 100.0 40.0 % arithmetic");
        assertThat(folder.resolve("roofline-2.png")).exists();
        assertThat(report(PEAK, TRIAD, STEP).sections()).extracting(Section::title).doesNotContain("Roofline");
    }

    @Test
    void namesFailedCases() throws IOException {
        Measurement failed = Measurement.failed("gemm", "forward", "s", "simd", 1, Work.flop(1), "Java heap space");
        assertThat(text(STEP, failed)).contains("Failed cases", "gemm forward s simd 1 Java heap space");
    }

    @Test
    void marksLargeSpreads() throws IOException {
        assertThat(text(Measured.product("s", 100, 60, 80, 120, 140))).contains("20.0 % !!");
    }

    @Test
    void rendersAReportFromItsResults() throws IOException {
        String results = Json.write(new Results(new LinkedHashMap<>(Map.of("CPU", "made up")), List.of(PEAK, STEP)));
        Files.writeString(folder.resolve("results.json"), results);
        assertThat(Main.execute("bench", "--render", folder.toString())).isZero();
        assertThat(folder.resolve("results.json")).hasContent(results);
        assertThat(Files.readString(folder.resolve("report.html"))).contains("made up", "40.0 %");
        assertThat(folder.resolve("steps-2.png")).exists();
    }

    @Test
    void rejectsFolderWithoutResults() {
        assertThat(Main.execute("bench", "--render", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(folder.resolve("none")).doesNotExist();
    }
}

package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.bench.path.Work;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.Report;

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
    private static final Measurement PEAK = peak("flop-peak", Work.Unit.FLOP, 4.0, 4.5, 5.0);

    private static final Measurement STEP =
            Measured.of("steps", "mlp5", "simd", 2, Work.Unit.FLOP, 1000, 10.0, 10.0, 11.0);

    @TempDir Path folder;

    private static Measurement peak(String family, Work.Unit unit, double... nanos) {
        return Measured.of(family, "registers", Case.MACHINE, 2, unit, 1000, nanos);
    }

    private static Report report(Measurement... measurements) {
        return new BenchReport(new Results(new LinkedHashMap<>(), List.of(measurements)), null, null).report();
    }

    private String text(Measurement... measurements) throws IOException {
        OutputDirectory.open(folder).write(report(measurements));
        return Files.readString(folder.resolve("report.html")).replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");
    }

    @Test
    void percentagesOfPeakReferToTheFastestIterationOnThePage() throws IOException {
        String page = text(PEAK, STEP);
        assertThat(page).contains("fastest GFLOP/s", " 222.2 250.0 "); // the peak at its median, and at best
        assertThat(page).contains(" 100.0 40.0 %"); // the step: 100 of 250
        assertThat(report(PEAK, STEP).lead()).contains("the fastest iteration of multiply-adds in registers");
    }

    @Test
    void leadNamesOnlyMeasuredFamilies() {
        assertThat(report(PEAK, STEP).lead())
                .startsWith("Measured: training steps.")
                .doesNotContain("triad", "exceed the peak");
        Measurement fast = Measured.of("convolution", "32-32@32", "simd", 2, Work.Unit.FLOP, 1000, 3.0);
        assertThat(report(PEAK, fast).lead()).contains("can exceed the peak");
        Measurement loss = Measured.of("loss", "128x10", "simd", 2, Work.Unit.BYTE, 1000, 30.0);
        assertThat(report(peak("byte-peak", Work.Unit.BYTE, 4), loss).lead())
                .contains("triad")
                .doesNotContain("multiply-adds");
        assertThat(report(loss).lead()).doesNotContain("peak");
    }

    @Test
    void rendersAReportFromItsResults() throws IOException {
        String results = Json.write(new Results(new LinkedHashMap<>(Map.of("CPU", "made up")), List.of(PEAK, STEP)));
        Files.writeString(folder.resolve("results.json"), results);
        assertThat(Main.execute("--render", folder.toString())).isZero();
        assertThat(folder.resolve("results.json")).hasContent(results);
        assertThat(Files.readString(folder.resolve("report.html"))).contains("made up", "40.0 %");
        assertThat(folder.resolve("steps-2.png")).exists();
    }

    @Test
    void rejectsFolderWithoutResults() {
        assertThat(Main.execute("--render", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(folder.resolve("none")).doesNotExist();
    }
}

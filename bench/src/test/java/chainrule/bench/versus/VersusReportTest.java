package chainrule.bench.versus;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.bench.versus.VersusResults.Entrant;
import chainrule.experiments.report.OutputDirectory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sentences and tables follow from the results, in all cases. */
class VersusReportTest {
    private static final Entrant BASE = new Entrant(MadeUp.BASE, "simd", 2, "");
    private static final Entrant AGAIN = new Entrant(MadeUp.AGAIN, "simd", 2, "");
    private static final Entrant PYTORCH = new Entrant("pytorch, 2 threads", "pytorch", 2, "");
    private static final Entrant EJML = new Entrant("ejml, 2 threads", "ejml", 2, "");

    @TempDir Path folder;

    private static String lead(MadeUp results) {
        return new VersusReport(results.build()).report().lead();
    }

    /** The contender takes a factor of the base's time that depends on the batch. */
    private static MadeUp.Model other(double... factors) {
        List<Integer> batches = List.of(1, 4, 16, 64);
        return (contender, batch, _) ->
                1e-3 * batch * (contender.startsWith("simd") ? 1 : factors[batches.indexOf(batch)]);
    }

    private static MadeUp four() {
        return new MadeUp().batches(1, 4, 16, 64);
    }

    @Test
    void findsThePlantedCrossoverWithinTenPercent() {
        String lead = lead(new MadeUp().rounds(5, (contender, batch, _) -> MadeUp.planted(contender, batch, 20)));
        Matcher found =
                Pattern.compile(
                                "cuda is faster than simd with 2 threads from batch (\\d+) \\((\\d+)–(\\d+)\\) on; it"
                                        + " is 7\\.\\d+ × ")
                        .matcher(lead);
        assertThat(found.find()).as(lead).isTrue();
        double planted = 20 * 50e-6 / 0.9 / 8e-6; // launches + t/10 = t
        assertThat(Double.parseDouble(found.group(1))).isBetween(0.9 * planted, 1.1 * planted);
        assertThat(lead).startsWith("mlp40: cuda").contains("as fast at batch 4,096.");
    }

    @Test
    void leadSaysHowSureItIs() {
        String lead = lead(four().rounds(5, other(2, 2, 0.5, 0.5)).rounds(1, true, other(9, 9, 9, 9)));
        assertThat(lead)
                .contains("The intervals come from 5 rounds; 1 more round was discarded.")
                .contains("The base, simd with 2 threads, was entered twice")
                .contains("are called different in 0 of 4 rows")
                .endsWith("On average, other programs kept 0.2 processors busy.");
    }

    @Test
    void saysUpToWhichSizeTheOtherIsFaster() {
        assertThat(lead(four().rounds(5, other(0.5, 0.5, 2, 2))))
                .containsPattern("cuda is faster than simd with 2 threads up to batch [78][.\\d]* \\(");
    }

    @Test
    void knowsNeverAndAlways() {
        assertThat(lead(four().rounds(5, other(3, 2, 2, 4))))
                .containsPattern(
                        "mlp40: cuda is slower than simd with 2 threads at all batch sizes from 1 to 64;"
                                + " at best it is 0\\.\\d+ × \\(0\\.\\d+–0\\.\\d+\\) as fast at batch (4|16)\\.");
        assertThat(lead(four().rounds(5, other(0.5, 0.5, 0.5, 0.25))))
                .containsPattern(
                        "cuda is faster than simd with 2 threads at all batch sizes from 1 to 64;"
                                + " it is (3\\.9|4\\.0)\\d* × \\([\\d.–]+\\) as fast at batch 64\\.");
    }

    @Test
    void saysWhichOfSeveralCrossingsItIs() {
        assertThat(lead(four().rounds(5, other(2, 0.5, 2, 0.5)))).contains(" on (the last of 3 crossings); it is ");
    }

    @Test
    void isCarefulWhereTheRoundsDoNotDecide() {
        assertThat(lead(four().noise(0.05).rounds(3, other(1, 1, 1, 1))))
                .containsPattern(
                        "cuda and simd with 2 threads could not be told apart at any of the batch sizes from 1 to 64;"
                                + " at batch 64 the ratio is [\\d.]+ × \\(");
        assertThat(lead(four().rounds(5, other(0.5, 0.5, 0.5, 0.995)).noise(0.001)))
                .contains("cuda seems to be faster than simd with 2 threads");
        assertThat(lead(new MadeUp().batches(16).noise(0.05).rounds(3, (_, _, _) -> 1e-3)))
                .containsPattern("as fast as simd with 2 threads at batch 16, which does not decide who is faster\\.");
    }

    @Test
    void saysThatTheyAreEqual() {
        assertThat(lead(four().noise(0.001).rounds(5, other(1, 1, 1, 1))))
                .contains("cuda and simd with 2 threads are equally fast at all batch sizes from 1 to 64; at batch 64");
    }

    @Test
    void oneRoundHasNoInterval() {
        assertThat(lead(four().rounds(1, other(2, 2, 0.5, 0.5))))
                .containsPattern(
                        "cuda is [\\d.]+ × \\(one round, no interval\\) as fast as simd with 2 threads at batch 64\\.")
                .contains("There is one round, which gives no intervals.")
                .contains("is not known: simd with 2 threads entered twice, but in one round.")
                .doesNotContain("∞", "NaN", "faster");
    }

    @Test
    void withoutGpuItComparesTheBestOtherContender() {
        MadeUp.Model model =
                (contender, batch, _) ->
                        1e-3 * batch * (contender.startsWith("simd") ? 1 : contender.startsWith("ejml") ? 9 : 2);
        assertThat(lead(four().contenders(BASE, AGAIN, EJML, PYTORCH).rounds(5, model)))
                .contains("pytorch with 2 threads is slower than simd with 2 threads")
                .doesNotContain("ejml");
        assertThat(lead(new MadeUp().batches(128).contenders(BASE, PYTORCH).rounds(5, model)))
                .containsPattern(
                        "mlp40: simd with 2 threads is \\d\\.\\d+ × \\(\\d\\.\\d+–\\d\\.\\d+\\) as fast as pytorch with"
                                + " 2 threads at batch 128\\.")
                .contains("is not known: simd with 2 threads was not compared with itself");
        assertThat(lead(four().contenders(BASE).rounds(5, model)))
                .containsPattern(
                        "mlp40: only simd with 2 threads was measured, with up to [\\d,]+ images/s at batch \\d+\\.");
    }

    @Test
    void saysWhatIsMissing() {
        MadeUp.Model noGpu = (contender, batch, _) -> contender.equals("cuda") ? Double.NaN : 1e-3 * batch;
        MadeUp missing = four().missing("cuda", "", 0, "no device").rounds(3, noGpu);
        assertThat(lead(missing)).contains("mlp40: cuda was not measured (no device).");
        MadeUp noBase =
                four().missing(MadeUp.BASE, "mlp40", 0, "out of memory")
                        .rounds(3, (contender, batch, _) -> contender.startsWith("simd") ? Double.NaN : 1e-3 * batch);
        assertThat(lead(noBase))
                .contains("simd with 2 threads, with which the others are compared, was not measured (out of memory).");
    }

    @Test
    void saysThatNothingIsLeft() {
        assertThat(lead(four())).isEqualTo("mlp40: no round was finished.");
        assertThat(lead(four().rounds(1, true, other(1, 1, 1, 1)))).contains("mlp40: the only round was discarded");
        assertThat(lead(four().rounds(2, true, other(1, 1, 1, 1))))
                .isEqualTo(
                        "mlp40: both rounds were discarded, because other programs changed the speed of the machine.");
        assertThat(lead(four().rounds(3, true, other(1, 1, 1, 1)))).doesNotContain("discarded, because");
    }

    @Test
    void everyCaseCanBeRendered() throws IOException {
        for (MadeUp results :
                List.of(
                        four(),
                        four().rounds(1, true, other(1, 1, 1, 1)),
                        four().rounds(1, other(2, 2, 0.5, 0.5)),
                        four().contenders(BASE).rounds(2, other(1, 1, 1, 1)),
                        four().rounds(2, (_, batch, _) -> batch == 4 ? Double.NaN : batch))) {
            VersusReport report = new VersusReport(results.build());
            OutputDirectory.open(folder).write(report.report());
            String text =
                    Files.readString(folder.resolve("report.html")).replaceAll("(?s)<style>.*?</style>|<[^>]*>", " ");
            assertThat(text).doesNotContain("NaN", "∞");
            assertThat(report.console()).doesNotContain("NaN", "∞").endsWith("\n");
        }
    }

    @Test
    void tableHasCostsAndReasons() throws IOException {
        VersusResults results =
                four().infer()
                        .noise(1e-9)
                        .prices(Map.of("simd", 3.6))
                        .missing("cuda", "mlp40", 4, "out of memory")
                        .rounds(
                                3,
                                (contender, batch, _) ->
                                        contender.equals("cuda") && batch == 4 ? Double.NaN : 1e-3 * batch)
                        .build();
        OutputDirectory.open(folder).write(new VersusReport(results).report());
        String page = page();
        // 1,000 images/s: 3.6 an hour are 0.001 a second; 20 W; latency is the step, p99 1.4 times that
        assertThat(page).contains(" 16 simd, 2 threads 1,000 1 – base 16.0 ms 22.4 ms 102 MB 24.0 ms 20.0 1.00 ");
        assertThat(page).contains(" 4 cuda – – – not measured – – – – – – ");
        assertThat(page).contains("Not measured: cuda at batch 4 (out of memory).");
        assertThat(page).contains("latency p50", "price per million images");
        assertThat(page).contains("not warm in time", "3 of 9", "simd, 2 threads against itself");
        assertThat(new VersusReport(results).console())
                .contains("out of memory", "latency p50")
                .doesNotContain("price");
    }

    @Test
    void energyHasAColumnOnlyWhereTheMachineTells() throws IOException {
        OutputDirectory.open(folder).write(new VersusReport(four().rounds(2, other(1, 1, 1, 1)).build()).report());
        assertThat(page()).contains("J per 1,000 images");
        OutputDirectory.open(folder)
                .write(new VersusReport(four().withoutEnergy().rounds(2, other(1, 1, 1, 1)).build()).report());
        assertThat(page()).doesNotContain("J per 1,000 images").contains("CPU per step");
    }

    @Test
    void tellsWhereAStepGoes() throws IOException {
        MadeUp results = four().contenders(BASE, AGAIN, PYTORCH, new Entrant("cuda", "cuda", 0, ""));
        OutputDirectory.open(folder).write(new VersusReport(results.rounds(2, other(1, 1, 1, 1)).build()).report());
        assertThat(page())
                .contains("Where a step of mlp40 goes")
                .contains("batch contender host launch products elementwise waiting")
                .contains(" 16 simd, 2 threads 20 % – 50 % 30 % – ")
                .contains(" 16 cuda 25 % 50 % – – 25 % 16 cuda, one by one 10 % – 90 % – – ")
                .contains("One by one, the host waits for each primitive");
        OutputDirectory.open(folder)
                .write(
                        new VersusReport(four().contenders(PYTORCH, EJML).rounds(2, other(1, 1, 1, 1)).build())
                                .report());
        assertThat(page()).doesNotContain("Where a step");
    }

    @Test
    void findsThePlantedCrossoverOverWidth() throws IOException {
        VersusResults results =
                new MadeUp()
                        .batches(32, 128)
                        .widths(16, 64, 256, 1024)
                        .rounds(5, (contender, batch, width) -> MadeUp.planted(contender, batch * width / 128, 20))
                        .build();
        OutputDirectory.open(folder).write(new VersusReport(results).report());
        Matcher found =
                Pattern.compile(
                                "At batch 128, cuda is faster than simd with 2 threads from width (\\d+)"
                                        + " \\((\\d+)–(\\d+)\\) on\\.")
                        .matcher(page());
        assertThat(found.find()).as(page()).isTrue();
        double planted = 20 * 50e-6 / 0.9 / 8e-6;
        assertThat(Double.parseDouble(found.group(1))).isBetween(0.9 * planted, 1.1 * planted);
        assertThat(page()).contains("mark the width at which a contender is as fast as simd with 2 threads");
    }

    @Test
    void chartsRunOverBatchWidthAndThreads() {
        Entrant one = new Entrant("simd, 1 thread", "simd", 1, "");
        VersusResults results =
                four().contenders(BASE, AGAIN, one, PYTORCH)
                        .widths(16, 64)
                        .rounds(
                                3,
                                (contender, batch, width) ->
                                        1e-6 * batch * width * (contender.equals(one.name()) ? 2 : 1))
                        .build();
        assertThat(new VersusReport(results).report().figures().stream().map(f -> f.name()).toList())
                .containsExactly(
                        "batch-1-mlp40-16",
                        "threads-1-mlp40-16",
                        "batch-2-mlp40-64",
                        "threads-2-mlp40-64",
                        "width-mlp40-0");
    }

    @Test
    void manyNetsHaveASectionOfSentences() throws IOException {
        VersusResults results = four().nets("mlp5", "mlp20", "mlp40", "mnist").rounds(3, other(2, 2, 0.5, 0.5)).build();
        VersusReport report = new VersusReport(results);
        OutputDirectory.open(folder).write(report.report());
        assertThat(report.report().lead()).startsWith("4 nets with 4 batch sizes, compared with simd with 2 threads.");
        assertThat(page()).contains("mlp20: cuda is faster than", "mnist: cuda is faster than");
        assertThat(report.console()).contains("mlp20: cuda is faster than");
    }

    @Test
    void reportsTimeToAccuracy() {
        VersusResults results =
                four().accuracy(
                                result(1, 10, true),
                                result(2, 12, true),
                                result(3, 14, true),
                                result(4, 50, true),
                                result(5, 60, false))
                        .build();
        VersusReport report = new VersusReport(results);
        assertThat(report.report().lead())
                .isEqualTo("mlp5 on cuda reaches 97 % of the test set in 14.0 s (12.0–50.0), with 4 of 5 seeds.");
        assertThat(report.console()).contains("4 of 5", "14.0 s", "12.0–50.0");
        VersusReport never = new VersusReport(four().accuracy(result(1, 60, false)).build());
        assertThat(never.report().lead()).isEqualTo("mlp5 on cuda does not reach 97 % of the test set with 1 seed.");
        VersusReport seldom =
                new VersusReport(
                        four().accuracy(result(1, 60, false), result(2, 60, false), result(3, 9, true)).build());
        assertThat(seldom.report().lead())
                .isEqualTo("mlp5 on cuda reaches 97 % of the test set with only 1 of 3 seeds.");
    }

    private static TimeToAccuracy.Result result(long seed, double seconds, boolean reached) {
        return new TimeToAccuracy.Result("cuda", "mlp5", 0, 64, 0.97, seed, reached, 7, 0.97, seconds, 0);
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("report.html"))
                .replace('\u00a0', ' ')
                .replaceAll("(?s)<style>.*?</style>|<[^>]*>", " ")
                .replaceAll("\\s+", " ");
    }
}

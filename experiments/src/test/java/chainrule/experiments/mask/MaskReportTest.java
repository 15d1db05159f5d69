package chainrule.experiments.mask;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.data.ByteImages;
import chainrule.experiments.mask.MaskResults.Answered;
import chainrule.experiments.mask.MaskResults.Kind;
import chainrule.experiments.mask.MaskResults.OneRun;
import chainrule.experiments.mask.MaskResults.ShownFace;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.RunFacts;
import chainrule.train.History;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/** The report of made-up results. */
class MaskReportTest {
    private static final History.Divergence WHERE = new History.Divergence("loss", 3, 77, "dense1", 1.5);

    @TempDir Path folder;

    private static Scores scores(double accuracy) {
        Scores.OneClass one = new Scores.OneClass(.9, .9, .9);
        return new Scores(100, accuracy, .05, accuracy, .99, one, one);
    }

    private static OneRun run(String split, long seed, Double accuracy, Answered answers) {
        boolean diverged = accuracy == null;
        Scores scores = diverged ? null : scores(accuracy);
        return new OneRun(
                split,
                seed,
                900,
                split.equals("face") ? 80 : 0,
                scores,
                scores,
                60,
                100,
                List.of(new History.Epoch(1, .3, .8, null, 1, 1), new History.Epoch(2, .2, .9, null, 1, 1)),
                null,
                answers,
                diverged ? WHERE : null,
                List.of());
    }

    private Report report(String recipe, List<Kind> kinds, boolean choosing, OneRun... runs) {
        int faces = kinds.stream().mapToInt(Kind::faces).sum();
        MaskResults results =
                new MaskResults(
                        faces,
                        10,
                        kinds,
                        21,
                        5,
                        16,
                        .25,
                        40,
                        List.of(),
                        List.of(),
                        0,
                        choosing,
                        new TreeMap<>(),
                        new TreeMap<>(),
                        Arrays.asList(runs),
                        Arrays.stream(runs)
                                .filter(r -> r.divergence() != null)
                                .map(r -> new DivergedNet(r.words(), WHERE))
                                .toList());
        LinkedHashMap<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("recipe", recipe);
        RunFacts facts = new RunFacts("mask", configuration, null, 1);
        ByteImages crops =
                new ByteImages(
                        "faces",
                        new FaceCrop(16, .25).shape(),
                        new byte[768 * faces],
                        new byte[faces],
                        FaceKind.CLASSES);
        MaskResults again = Json.read(Json.read(facts.json(results)), MaskResults.class);
        Report report = new MaskReport(facts, again, crops).report();
        OutputDirectory.open(folder).write(report);
        return report;
    }

    private static List<Kind> kinds(int masked, int none, int improper) {
        return List.of(
                new Kind("with mask", masked), new Kind("without mask", none), new Kind("worn incorrectly", improper));
    }

    @Test
    void leavesADivergedNetOutOfTheMeans() {
        Report report =
                report(
                        "Adam",
                        kinds(8, 2, 1),
                        false,
                        run("face", 2, .9, null),
                        run("face", 3, null, null),
                        run("face", 4, .8, null));
        assertThat(report.lead())
                .startsWith("1 of 3 nets diverged: by face, seed 3 in epoch 3; the means leave them out.")
                .contains("accuracy .8500\u00a0±\u00a0.0707 on the held-out faces (mean of 2 runs)");
        assertThat(report.sections().toString()).contains("diverged in epoch 3", "2 of 3");
    }

    @Test
    void hasNoMeansIfAllNetsDiverged() {
        Report report = report("Adam", kinds(8, 2, 1), false, run("image", 2, null, null));
        assertThat(report.lead()).contains("1 of 1 net diverged", "Split by photo: no net finished its training.");
        LineChart curve =
                (LineChart)
                        report.figures().stream().filter(f -> f.name().equals("accuracy")).findFirst().orElseThrow();
        assertThat(curve.xRange()).containsExactly(1, 40);
    }

    @Test
    void adaptsSentencesToOtherData() {
        Report report = report("Adam", kinds(6, 3, 1), false, run("image", 2, .9, null));
        assertThat(report.sections().toString())
                .contains(
                        "Of 10 faces, 6 wear a mask: 1.5 to one. Answering “with mask” to every face would be right for"
                                + " 60.0 %")
                .contains("have 3 without a mask and 1 with a mask worn incorrectly.")
                .contains("Half of the 10 faces have at most 21 pixels on the shorter side, 5 of them fewer than 8.")
                .contains("Of 100 held-out faces, 0 have a training face on the same photo")
                .doesNotContain("swapped", "flatters", "Dashed", "rotated", "By face");
        assertThat(report("Adam", kinds(3, 6, 1), false, run("image", 2, .9, null)).sections().toString())
                .contains("3 wear a mask: 2.3 to one. Answering “without mask” to every face");
    }

    @Test
    void detectsTheAssignmentsSwappedCounts() {
        assertThat(report("Adam", kinds(1, 717, 123), false, run("face", 2, .9, null)).sections().toString())
                .contains("the two counts are swapped")
                .contains("errors below 1.44 %, that is an accuracy above 98.56 %", "the loss is at least .0208")
                .contains("80 have a training face on the same photo or on a copy of it, which flatters");
    }

    @Test
    void doesNotCompareRunsForChoosingWithTheAssignment() {
        assertThat(report("Adam", kinds(6, 3, 1), true, run("image", 2, .9, null)).lead())
                .contains("compare options")
                .doesNotContain("The assignment's report", "read only after training");
    }

    @Test
    void countsRocCurvesIfSomeAreMissing() {
        Answered answered =
                new Answered(
                        new double[] {0, .1, 1},
                        new double[] {.5, .9, 1},
                        List.of(new ShownFace(1, "with mask", 13.4, .06)),
                        List.of());
        Report report = report("Adam", kinds(6, 3, 1), false, run("image", 2, .9, answered), run("image", 3, .9, null));
        assertThat(report.figures().toString())
                .contains("1 of 2 runs, up to a false-positive rate of .25")
                .contains("true with mask → predicted without mask, 94 %\n13 px");
        assertThat(report.figures()).noneMatch(f -> f.name().startsWith("right"));
    }
}

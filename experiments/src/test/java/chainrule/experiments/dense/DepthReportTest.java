package chainrule.experiments.dense;

import static chainrule.experiments.dense.MadeUp.TWO_CLASSES;
import static chainrule.experiments.dense.MadeUp.charts;
import static chainrule.experiments.dense.MadeUp.diverged;
import static chainrule.experiments.dense.MadeUp.facts;
import static chainrule.experiments.dense.MadeUp.net;
import static chainrule.experiments.dense.MadeUp.words;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Table;

import org.junit.jupiter.api.Test;

import java.util.List;

class DepthReportTest {
    private static Report report(NetResult... nets) {
        return new DepthReport(facts(), new DepthResults(TWO_CLASSES, List.of(nets))).report();
    }

    @Test
    void reportsLearningOnlyOfNetsThatLearned() {
        assertThat(report(net("relu", 5, 1, 0.95), net("tanh", 5, 1, 0.97)).lead())
                .isEqualTo("Of 2 nets the best is tanh, 5 layers, with a test accuracy of .9700. Every net learned.");
        assertThat(report(net("relu", 5, 1, 0.95), net("sigmoid", 5, 1, 0.60)).lead())
                .contains("This net did not learn: sigmoid, 5 layers. A test accuracy of at most .6000")
                .contains("most frequent class (.6000)")
                .doesNotContain("Every net", "gradient reaches their");
        assertThat(report(net("relu", 1, 1, 0.95)).lead())
                .isEqualTo("ReLU, 1 layer reaches a test accuracy of .9500. It learned: that is above chance.");
    }

    @Test
    void divergedNetIsNeitherBestNorLearnedNorCutOff() {
        Report report = report(diverged("relu", 40, 1, 3), net("tanh", 40, 1, 0.8));
        assertThat(report.lead())
                .startsWith("1 of 2 nets diverged: ReLU, 40 layers in epoch 3. tanh, 40 layers reaches a test accuracy")
                .doesNotContain("did not learn", "Every net learned");
        assertThat(words(report))
                .contains("DIVERGED: 1 of 2 nets diverged")
                .contains("diverged in epoch 3")
                .contains("The line of ReLU ends at epoch 2: the net diverged in the next.");
        assertThat(charts(report)).contains(">6<").doesNotContain("not drawn");
    }

    @Test
    void leavesDivergedRunsOutOfMeansAndCountsThem() {
        Report report =
                report(
                        net("relu", 40, 1, 0.7),
                        net("relu", 40, 2, 0.9),
                        diverged("relu", 40, 3, 4),
                        net("relu", 40, 4, 0.8));
        assertThat(report.lead())
                .startsWith(
                        "1 of 4 nets diverged: ReLU, 40 layers, seed 3 in epoch 4. Of the 3 nets that did not diverge")
                .contains("from .7000 to .9000 (mean .8000 of 3 of 4; 1 diverged)")
                .endsWith("Every net that did not diverge learned.");
        Cell cell = cell(report, "Test accuracy");
        assertThat(cell.text()).isEqualTo(".8000 ± .1000 (3 of 4; 1 diverged)");
        assertThat(cell.tone()).isEqualTo(Cell.Tone.BAD);
        assertThat(words(report)).contains("Left out: 1 run that diverged.");
    }

    @Test
    void hasNoResultIfAllNetsDiverged() {
        Report one = report(diverged("relu", 40, 1, 1));
        assertThat(one.lead()).isEqualTo("1 of 1 net diverged: ReLU, 40 layers in epoch 1. No net has a result.");
        assertThat(cell(one, "Test loss")).isEqualTo(Cell.of("diverged in epoch 1").bad());
        assertThat(words(one)).contains("ReLU has no line: it diverged in its first epoch.").doesNotContain("NaN");
        Report seeds = report(diverged("relu", 40, 1, 2), diverged("relu", 40, 2, 1));
        assertThat(cell(seeds, "Test accuracy")).isEqualTo(Cell.of("all 2 diverged").bad());
        assertThat(charts(seeds)).doesNotContain("NaN");
    }

    @Test
    void takesChanceFromTheTestImages() {
        assertThat(words(report(net("relu", 5, 1, 0.95))))
                .contains("the 60 of 100 test images of class 0 (.6000), at a loss of at least .6730")
                .doesNotContain("1,135", "2.30", "Below that entropy");
        assertThat(words(report(net("relu", 5, 1, 0.6)))) // with a loss of .5
                .contains("Below that entropy although at chance level: ReLU, 5 layers (.5000).");
    }

    @Test
    void showsTheAssignmentsFiguresForItsSettingOnly() {
        NetResult[] nets = {net("relu", 40, 1, 0.5)};
        assertThat(words(report(nets))).doesNotContain("report: ", "assignment");
        String[] own = {
            "data", "MNIST, 60,000 training and 10,000 test images, shipped with the project, SHA-256 6358ac21bab0…",
            "nets", "784 → L × 32 → 10, softmax cross-entropy, SGD 0.01, batch 64, glorot-uniform weights, zero biases",
            "epochs", "40"
        };
        DepthResults results = new DepthResults(TWO_CLASSES, List.of(nets));
        assertThat(words(new DepthReport(facts(own), results).report()))
                .contains("(report: .1135)", "Generalizing is not what fails here");
        for (int changed = 0; changed < own.length; changed += 2) {
            String[] other = own.clone();
            other[changed + 1] = facts().fact(own[changed]).orElseThrow();
            assertThat(words(new DepthReport(facts(other), results).report())).doesNotContain("report: ", "assignment");
        }
    }

    private static Cell cell(Report report, String table) {
        return report.sections().getFirst().blocks().stream()
                .filter(block -> block instanceof Table t && t.title().equals(table))
                .map(block -> ((Table) block).rows().getFirst().get(1))
                .findFirst()
                .orElseThrow();
    }
}

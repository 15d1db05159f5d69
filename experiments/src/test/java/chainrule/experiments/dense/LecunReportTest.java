package chainrule.experiments.dense;

import static chainrule.experiments.dense.MadeUp.charts;
import static chainrule.experiments.dense.MadeUp.diverged;
import static chainrule.experiments.dense.MadeUp.facts;
import static chainrule.experiments.dense.MadeUp.net;
import static chainrule.experiments.dense.MadeUp.weights;
import static chainrule.experiments.dense.MadeUp.words;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.report.Report;

import org.junit.jupiter.api.Test;

import java.util.List;

class LecunReportTest {
    private static Report report(NetResult tanh, NetResult lecun, double... lecunGradients) {
        return new LecunReport(
                        facts(),
                        new LecunResults(
                                2,
                                List.of(tanh, lecun),
                                List.of(weights("tanh", 1, 1, 1), weights("lecun", lecunGradients))))
                .report();
    }

    private static final NetResult TANH = net("tanh", 2, 1, 0.8);
    private static final NetResult LECUN = net("lecun", 2, 1, 0.9);

    @Test
    void comparesTheClaimLayerByLayer() {
        assertThat(words(report(TANH, LECUN, 2, 3, 4)))
                .contains("LeCun's maximum gradient in layer 1 is 2.0 times tanh's at 2 layers.")
                .contains("No layer's is smaller than tanh's.", "In this run that is so in every layer.");
        assertThat(words(report(TANH, LECUN, 2, 0.5, 4)))
                .contains("LeCun's is smaller than tanh's in layer 2 at 2 layers, and in no other layer.")
                .contains("In this run that is not so at 2 hidden layers, where LeCun's are smaller in layer 2.")
                .contains("One seed decides nothing")
                .doesNotContain("multiplies", "It is so in");
    }

    @Test
    void doesNotCompareADivergedNet() {
        Report report = report(TANH, diverged("lecun", 2, 1, 3), 2, 2, 2);
        assertThat(report.lead())
                .isEqualTo("1 of 2 nets diverged: LeCun, 2 layers in epoch 3. No depth has two nets to compare.");
        assertThat(words(report))
                .contains("diverged in epoch 3", "The line of LeCun ends at epoch 2")
                .contains("Left out because training diverged: LeCun.")
                .doesNotContain("In this run", "NaN");
        assertThat(charts(report)).contains(">6<");
    }
}

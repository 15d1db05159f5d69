package chainrule.experiments.dense;

import static chainrule.experiments.dense.MadeUp.TWO_CLASSES;
import static chainrule.experiments.dense.MadeUp.charts;
import static chainrule.experiments.dense.MadeUp.diverged;
import static chainrule.experiments.dense.MadeUp.facts;
import static chainrule.experiments.dense.MadeUp.layers;
import static chainrule.experiments.dense.MadeUp.net;
import static chainrule.experiments.dense.MadeUp.weights;
import static chainrule.experiments.dense.MadeUp.words;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.report.Report;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

class GradientReportTest {
    private static final NetResult RELU = net("relu", 2, 1, 0.9);
    private static final NetResult TANH = net("tanh", 2, 1, 0.9);
    private static final LayerGradients FLOWING = layers("tanh", 1, 1, 1);

    private static Report report(List<NetResult> nets, LayerGradients... after) {
        return new GradientReport(
                        facts(), new GradientResults(TWO_CLASSES, nets, Arrays.asList(after), Arrays.asList(after)))
                .report();
    }

    @Test
    void namesOtherNetsOnlyIfThereAreSome() {
        assertThat(report(List.of(TANH), FLOWING).lead())
                .isEqualTo("After 6 epochs, the gradient reaches every layer of tanh, 2 layers.");
        assertThat(report(List.of(TANH, RELU), FLOWING, layers("relu", 1, 1, 1)).lead())
                .isEqualTo("After 6 epochs, the gradient reaches every layer of every net.");
        assertThat(report(List.of(RELU), layers("relu", 1, 1e-6, 1)).lead())
                .contains("some layers get next to no gradient in: ReLU, 2 layers (vanished: layer 2 gets less")
                .doesNotContain("other");
        assertThat(report(List.of(RELU, TANH), layers("relu", 1, 1e-6, 1), FLOWING).lead())
                .endsWith("In the other net the gradient reaches every layer.");
    }

    @Test
    void distinguishesDivergedDeadAndExplodingNets() {
        NetResult gone = diverged("relu", 2, 1, 2);
        Report report =
                report(
                        List.of(gone, TANH, net("sigmoid", 2, 1, 0.6), net("lecun", 2, 1, 0.7)),
                        layers("relu", 0, 0, Double.NaN),
                        layers("tanh", 0, 0, 1),
                        layers("sigmoid", 1, 1, 1),
                        layers("lecun", 5000, 1, 1));
        assertThat(report.lead())
                .startsWith("1 of 4 nets diverged: ReLU, 2 layers in epoch 2.")
                .contains("next to no gradient in: tanh, 2 layers (layers 1–2: exactly 0).")
                .contains("the gradient explodes in: LeCun, 2 layers (exploding: layer 1 gets more")
                .contains("In the other net the gradient reaches every layer.")
                .contains("Still at chance level although the gradient reaches every layer: sigmoid, 2 layers (flows");
        assertThat(report.lead().split("ReLU")).hasSize(2);
        assertThat(words(report)).contains("Left out because training diverged: ReLU.", "diverged in epoch 2");
        Report all = report(List.of(gone), layers("relu", 0, 0, Double.NaN));
        assertThat(all.lead()).endsWith("No net has gradients to judge.");
        assertThat(charts(all)).contains("Left out");
    }

    @Test
    void judgesSaturationByMeasuredValues() {
        NetResult sigmoid = net("sigmoid", 2, 1, 0.6);
        LayerGradients free = layers("sigmoid", 1e-6, 1e-3, 1);
        LayerGradients saturated =
                new LayerGradients(
                        free.weights(), free.inputRms(), free.deltaRms(), free.outputGradientNorm(), 0.1, 0.6, 0, 1);
        assertThat(words(report(List.of(sigmoid), free)))
                .contains("none of a net's hidden units are saturated", "Saturation is therefore not the reason")
                .contains("With sigmoid the factors f′ alone leave at most 0.06 after 2 layers");
        assertThat(words(report(List.of(sigmoid), saturated)))
                .contains("at most 60 % of a net's hidden units", "Saturation contributes");
        assertThat(words(report(List.of(TANH), FLOWING))).doesNotContain("sigmoid", "saturat", "He's");
    }

    /** Inputs fall upwards and δ falls downwards, a hundredfold each, and ∂L/∂w is the same in every layer. */
    @Test
    void pointsOutAConstantProductOfFallingFactors() {
        LayerGradients net =
                new LayerGradients(
                        weights("relu", 1e-8, 1e-8, 1e-8, 1e-2),
                        new double[] {1, 1e-1, 1e-2, 1e-3},
                        new double[] {1e-5, 1e-4, 1e-3, 1e-1},
                        new double[] {1, 1, 1},
                        1,
                        0,
                        0.5,
                        1);
        List<NetResult> nets = List.of(net("relu", 3, 1, 0.6));
        assertThat(words(report(nets, net)))
                .contains(
                        "ReLU, 3 layers, before training: from the first hidden layer to the last the outputs fall by")
                .contains(
                        "a factor of 100, from the last to the first δ falls by a factor of 100, yet max|∂L/∂w| varies"
                                + " only 1.0-fold");
        assertThat(words(report(nets, layers("relu", 1, 1, 1, 1)))).doesNotContain("Here that is so in");
    }
}

package chainrule.experiments.dense;

import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.Series;
import chainrule.layer.Activation;

/**
 * The gradients of one net's weights on the mini-batch.
 *
 * @param afterEpochs finished epochs of training
 * @param maxAbsPerLayer max|g|, layer 1 first, the output layer last
 * @param signedMaxPerLayer max g
 */
record WeightGradients(
        int hiddenLayers, String activation, int afterEpochs, double[] maxAbsPerLayer, double[] signedMaxPerLayer) {

    Verdict verdict() {
        return Verdict.of(maxAbsPerLayer);
    }

    /** max|g| of every layer's weights as a line of a chart, in the activation's color. */
    Series line() {
        Activation function = Activation.named(activation);
        return Series.of(DenseNets.label(function), Hue.ofActivation(activation), maxAbsPerLayer);
    }
}

package chainrule.experiments.dense;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.Dataset;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.Series;
import chainrule.layer.Activation;
import chainrule.layer.Sequential;
import chainrule.probe.GradientProbe;
import chainrule.probe.GradientRow;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The gradients of one net on the given mini-batch.
 *
 * @param depth hidden layers
 * @param after epochs of training done
 * @param rows every weight, bias and activation, from the input on
 */
record GradientCapture(int depth, Activation activation, int after, List<GradientRow> rows) {

    /** Captures on the first {@code batch} examples of the data: the same ones for every net. */
    static GradientCapture of(Sequential net, int depth, Activation activation, int after, Dataset data, int batch) {
        Backend k = net.backend();
        Batch given = new Batches(data.first(batch), batch).iterator().next();
        try (Scope _ = k.openScope("the given mini-batch")) {
            return new GradientCapture(
                    depth,
                    activation,
                    after,
                    GradientProbe.capture(net, DenseNets.LOSS, given.uploadInputs(k), given.uploadTargets(k)));
        }
    }

    /** The rows of the weights, layer 1 first. */
    List<GradientRow> weights() {
        return rows.stream().filter(r -> r.role() == GradientRow.Role.WEIGHT).toList();
    }

    /** One value per layer's weights, layer 1 first. */
    double[] perLayer(ToDoubleFunction<GradientRow> value) {
        return weights().stream().mapToDouble(value).toArray();
    }

    /** max|g| of every layer's weights as a line of a chart, in the activation's colour. */
    Series line() {
        return Series.of(
                DenseNets.label(activation), Hue.ofActivation(activation.kind()), perLayer(GradientRow::maxAbs));
    }

    /** "sigmoid, 40 layers". */
    String name() {
        return DenseNets.label(activation) + ", " + depth + (depth == 1 ? " layer" : " layers");
    }
}

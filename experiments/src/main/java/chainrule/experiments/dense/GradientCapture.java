package chainrule.experiments.dense;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.Statistics;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.Dataset;
import chainrule.layer.Activation;
import chainrule.layer.Sequential;
import chainrule.probe.GradientProbe;
import chainrule.probe.GradientRow;
import chainrule.probe.GradientTable;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The gradients of one net on the given mini-batch.
 *
 * @param rows every weight, bias and activation, from the input on
 * @param layers the statistics of each layer
 */
record GradientCapture(List<GradientRow> rows, LayerGradients layers) {
    /** A unit counts as saturated if f′ is below this fraction of its maximum. */
    static final double SATURATED = 0.1;

    /** Captures the gradients on the first {@code batch} examples, which are the same for every net. */
    static GradientCapture of(Sequential net, int depth, Activation activation, int after, Dataset data, int batch) {
        Backend k = net.backend();
        Batch given = new Batches(data.first(batch), batch).iterator().next();
        try (Scope _ = k.openScope("the given mini-batch")) {
            Tensor x = given.uploadInputs(k);
            List<GradientRow> rows = GradientProbe.capture(net, DenseNets.LOSS, x, given.uploadTargets(k));
            List<GradientRow> weights = rows.stream().filter(r -> r.role() == GradientRow.Role.WEIGHT).toList();
            List<GradientRow> outputs = activations(rows).filter(r -> !affine(r)).toList();
            List<GradientRow> deltas = activations(rows).filter(GradientCapture::affine).toList();
            Tape tape = new Tape(k);
            net.forward(tape, x);
            List<double[]> v = new ArrayList<>();
            List<double[]> y = new ArrayList<>();
            for (Tape.Entry entry : tape.entries()) {
                (entry.op().name().equals("affine") ? v : y).add(k.download(entry.output().buffer()));
            }
            List<double[]> inputs = new ArrayList<>(List.of(k.download(x.buffer())));
            inputs.addAll(y);
            double greatest = Slope.greatest(activation);
            double slopes = 0;
            long low = 0;
            long units = 0;
            for (int l = 0; l < depth; l++) {
                for (int i = 0; i < v.get(l).length; i++) {
                    double slope = activation.function().derivative(v.get(l)[i], y.get(l)[i], activation.slope());
                    slopes += slope;
                    low += slope < SATURATED * greatest ? 1 : 0;
                    units++;
                }
            }
            return new GradientCapture(
                    rows,
                    new LayerGradients(
                            new WeightGradients(
                                    depth,
                                    activation.kind(),
                                    after,
                                    weights.stream().mapToDouble(GradientRow::maxAbs).toArray(),
                                    weights.stream().mapToDouble(GradientRow::signedMax).toArray()),
                            inputs.stream().mapToDouble(GradientCapture::rms).toArray(),
                            deltas.stream().mapToDouble(r -> rms(r.statistics())).toArray(),
                            outputs.stream().mapToDouble(r -> r.statistics().l2()).toArray(),
                            slopes / units,
                            (double) low / units,
                            deltas.stream()
                                    .limit(depth)
                                    .mapToDouble(r -> r.statistics().zeroShare())
                                    .average()
                                    .orElse(0),
                            WeightSpectrum.of(net).hidden()));
        }
    }

    /** Captured gradients as comma-separated values. */
    static String csv(Stream<GradientCapture> captures) {
        StringBuilder csv =
                new StringBuilder("hidden_layers,activation,after_epochs," + GradientTable.CSV_HEADER + "\n");
        captures.forEach(
                capture -> {
                    WeightGradients weights = capture.layers.weights();
                    String net =
                            weights.hiddenLayers() + "," + weights.activation() + "," + weights.afterEpochs() + ",";
                    capture.rows.forEach(row -> csv.append(net).append(GradientTable.csvRow(row)).append('\n'));
                });
        return csv.toString();
    }

    private static Stream<GradientRow> activations(List<GradientRow> rows) {
        return rows.stream().filter(r -> r.role() == GradientRow.Role.ACTIVATION);
    }

    private static boolean affine(GradientRow row) {
        return row.tensor().equals("affine");
    }

    private static double rms(Statistics s) {
        return Math.sqrt(s.sumSquares() / s.count());
    }

    private static double rms(double[] values) {
        return Math.sqrt(IntStream.range(0, values.length).mapToDouble(i -> values[i] * values[i]).average().orElse(0));
    }
}

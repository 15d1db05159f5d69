package chainrule.experiments.dense;

import chainrule.probe.GradientTable;

import java.util.List;

/** Captured gradients as comma-separated values. */
final class GradientCsv {
    private GradientCsv() {}

    static String of(List<GradientCapture> captures) {
        StringBuilder csv =
                new StringBuilder("hidden_layers,activation,after_epochs," + GradientTable.CSV_HEADER + "\n");
        for (GradientCapture capture : captures) {
            WeightGradients weights = capture.layers().weights();
            String net = weights.hiddenLayers() + "," + weights.activation() + "," + weights.afterEpochs() + ",";
            capture.rows().forEach(row -> csv.append(net).append(GradientTable.csvRow(row)).append('\n'));
        }
        return csv.toString();
    }
}

package chainrule.experiments.dense;

import chainrule.probe.GradientRow;
import chainrule.probe.GradientTable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Captured gradients as comma-separated values and as a tree for results.json. */
final class GradientCsv {
    private GradientCsv() {}

    static String of(List<GradientCapture> captures) {
        StringBuilder csv =
                new StringBuilder("hidden_layers,activation,after_epochs," + GradientTable.CSV_HEADER + "\n");
        for (GradientCapture capture : captures) {
            String net = capture.depth() + "," + capture.activation().kind() + "," + capture.after() + ",";
            capture.rows().forEach(row -> csv.append(net).append(GradientTable.csvRow(row)).append('\n'));
        }
        return csv.toString();
    }

    static List<SequencedMap<String, Object>> json(List<GradientCapture> captures) {
        List<SequencedMap<String, Object>> all = new ArrayList<>();
        for (GradientCapture c : captures) {
            SequencedMap<String, Object> net = new LinkedHashMap<>();
            net.put("hiddenLayers", c.depth());
            net.put("activation", c.activation().kind());
            net.put("afterEpochs", c.after());
            net.put("verdict", Verdict.of(c.perLayer(GradientRow::maxAbs)).text());
            net.put("maxAbsPerLayer", c.perLayer(GradientRow::maxAbs));
            net.put("signedMaxPerLayer", c.perLayer(GradientRow::signedMax));
            all.add(net);
        }
        return all;
    }
}

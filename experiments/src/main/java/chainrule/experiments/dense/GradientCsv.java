package chainrule.experiments.dense;

import chainrule.probe.GradientRow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** Captured gradients as comma-separated values and as a tree for results.json. */
final class GradientCsv {
    private GradientCsv() {}

    static String of(List<GradientCapture> captures) {
        StringBuilder csv =
                new StringBuilder(
                        "hidden_layers,activation,after_epochs,layer,layer_name,role,tensor,count,max_abs,signed_max,signed_min,mean_abs,l2,zero_share,non_finite\n");
        for (GradientCapture capture : captures) {
            for (GradientRow r : capture.rows()) {
                csv.append(
                        String.format(
                                Locale.ROOT,
                                "%d,%s,%d,%s,%s,%s,%s,%d,%s,%s,%s,%s,%s,%s,%d%n",
                                capture.depth(),
                                capture.activation().kind(),
                                capture.after(),
                                r.depth() == 0 ? "" : r.depth(),
                                r.layer(),
                                r.role().name().toLowerCase(Locale.ROOT),
                                r.tensor(),
                                r.statistics().count(),
                                r.maxAbs(),
                                r.signedMax(),
                                r.statistics().min(),
                                r.statistics().meanAbs(),
                                r.statistics().l2(),
                                r.statistics().zeroShare(),
                                r.statistics().nonFinite()));
            }
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

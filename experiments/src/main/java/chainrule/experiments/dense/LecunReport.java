package chainrule.experiments.dense;

import chainrule.experiments.cli.Run;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.probe.GradientRow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** Turns the outcomes of {@link LecunStudy} into curves, tables and words. */
final class LecunReport {
    private final Run run;
    private final int gradientsAfter;
    private final List<LecunStudy.Outcome> outcomes;
    private final List<Integer> depths;

    LecunReport(Run run, int gradientsAfter, List<LecunStudy.Outcome> outcomes) {
        this.run = run;
        this.gradientsAfter = gradientsAfter;
        this.outcomes = outcomes;
        this.depths = outcomes.stream().map(o -> o.net().depth()).distinct().toList();
    }

    void write() {
        Table table = table();
        System.out.printf(Locale.ROOT, "%n%s", table.plain());
        Section.Builder curves =
                Section.titled("Learning curves")
                        .prose(
                                "Solid: on the training images, as the epoch went. Dashed: on the held-out validation"
                                        + " images after the epoch.");
        Section.Builder gradients =
                Section.titled("Maximum gradient of every layer")
                        .prose(
                                "max|g| of every layer's weights on one mini-batch, after "
                                        + gradientsAfter
                                        + " epochs. LeCun's derivative is 1.1539 at the origin and never below 0.01,"
                                        + " tanh's is 1 and falls to 0: through many layers the difference"
                                        + " multiplies.");
        for (int depth : depths) {
            curves.figures(curve(depth, true), curve(depth, false));
            gradients.figures(gradients(depth));
        }
        Report report =
                run.report("LeCun's activation against tanh")
                        .lead(lead())
                        .section(Section.titled("After the last epoch").table(table))
                        .section(curves)
                        .section(gradients)
                        .build();
        List<GradientCapture> captures = outcomes.stream().map(LecunStudy.Outcome::gradients).toList();
        run.out().write("gradients.csv", GradientCsv.of(captures));
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("nets", outcomes.stream().map(LecunReport::json).toList());
        json.put("gradients", GradientCsv.json(captures));
        run.write(report, json);
    }

    private static SequencedMap<String, Object> json(LecunStudy.Outcome o) {
        SequencedMap<String, Object> net = DepthReport.json(o.net());
        net.put("testLoss", o.test().loss());
        net.put("testAccuracy", o.test().accuracy());
        return net;
    }

    private LecunStudy.Outcome of(int depth, boolean lecun) {
        return outcomes.stream()
                .filter(o -> o.net().depth() == depth && o.net().activation().kind().equals(lecun ? "lecun" : "tanh"))
                .findFirst()
                .orElseThrow();
    }

    private String lead() {
        StringBuilder lead = new StringBuilder("Validation accuracy of LeCun's activation against tanh: ");
        for (int depth : depths) {
            lead.append(
                    String.format(
                            Locale.ROOT,
                            "%s%.4f against %.4f at %d layers",
                            depth == depths.getFirst() ? "" : ", ",
                            of(depth, true).net().heldOut().accuracy(),
                            of(depth, false).net().heldOut().accuracy(),
                            depth));
        }
        lead.append(String.format(Locale.ROOT, ". After %d epochs the first layer's gradient is ", gradientsAfter));
        for (int depth : depths) {
            double ratio =
                    of(depth, true).gradients().perLayer(GradientRow::maxAbs)[0]
                            / of(depth, false).gradients().perLayer(GradientRow::maxAbs)[0];
            lead.append(
                    String.format(
                            Locale.ROOT,
                            "%s%.2g times tanh's at %d",
                            depth == depths.getFirst() ? "" : ", ",
                            ratio,
                            depth));
        }
        return lead.append(".").toString();
    }

    private Table table() {
        Table.Builder table =
                Table.titled("tanh and LeCun")
                        .columns("net")
                        .numeric(
                                "training loss",
                                "training accuracy",
                                "validation loss",
                                "validation accuracy",
                                "test accuracy",
                                "layer 1 max|g|");
        for (LecunStudy.Outcome o : outcomes) {
            table.row(
                    Cell.unbroken(o.net().name()),
                    Cell.decimals(last(o.net().trainLoss()), 4),
                    Cell.decimals(last(o.net().trainAccuracy()), 4),
                    Cell.decimals(o.net().heldOut().loss(), 4),
                    Cell.decimals(o.net().heldOut().accuracy(), 4),
                    Cell.decimals(o.test().accuracy(), 4),
                    Cell.magnitude(o.gradients().perLayer(GradientRow::maxAbs)[0]));
        }
        return table.build();
    }

    /** NaN for a net that finished no epoch. */
    private static double last(double[] perEpoch) {
        return perEpoch.length == 0 ? Double.NaN : perEpoch[perEpoch.length - 1];
    }

    private Figure curve(int depth, boolean accuracy) {
        String quantity = accuracy ? "accuracy" : "loss";
        LineChart.Builder chart =
                LineChart.learningCurves(quantity + "-" + depth, depth + " hidden layers: " + quantity, quantity);
        for (LecunStudy.Outcome o : outcomes) {
            NetResult net = o.net();
            if (net.depth() == depth) {
                chart.trainAndValidation(
                        DenseNets.label(net.activation()),
                        Hue.ofActivation(net.activation().kind()),
                        accuracy ? net.trainAccuracy() : net.trainLoss(),
                        accuracy ? net.heldOutAccuracy() : net.heldOutLoss());
            }
        }
        return chart.build();
    }

    private Figure gradients(int depth) {
        LineChart.Builder chart =
                LineChart.perLayer(
                        "gradients-" + depth,
                        depth + " hidden layers, after " + gradientsAfter + " epochs",
                        "max |∂L/∂w|");
        outcomes.stream().filter(o -> o.net().depth() == depth).forEach(o -> chart.add(o.gradients().line()));
        return chart.build();
    }
}

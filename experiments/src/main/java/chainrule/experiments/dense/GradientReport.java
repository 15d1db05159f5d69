package chainrule.experiments.dense;

import chainrule.experiments.cli.Run;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.LineChart;
import chainrule.probe.GradientRow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** Turns captured gradients into figures, tables and verdicts. */
final class GradientReport {
    private final Run run;
    private final int epochs;
    private final List<GradientCapture> before;
    private final List<GradientCapture> after;
    private final List<WeightSpectrum> spectra;
    private final List<NetResult> training;

    GradientReport(Run run, int epochs, List<GradientStudy.Outcome> outcomes) {
        this.run = run;
        this.epochs = epochs;
        this.before = outcomes.stream().map(GradientStudy.Outcome::before).toList();
        this.after = outcomes.stream().map(GradientStudy.Outcome::after).toList();
        this.spectra = outcomes.stream().map(GradientStudy.Outcome::spectrum).toList();
        this.training = outcomes.stream().map(GradientStudy.Outcome::net).toList();
    }

    void write() {
        Table verdicts = verdicts();
        System.out.printf(Locale.ROOT, "%n%s", verdicts.plain());
        Section.Builder figures =
                Section.titled("Maximum gradient of every layer")
                        .prose(
                                "max|g|, the largest absolute value among the gradients of a layer's weights, on one"
                                    + " mini-batch. The axis is logarithmic: a straight falling line is a constant"
                                    + " factor lost per layer. Layer 1 is the first hidden layer, the last one is the"
                                    + " output layer. A gradient of exactly zero stands as a cross at the foot of the"
                                    + " axis.");
        for (int depth : after.stream().map(GradientCapture::depth).distinct().toList()) {
            figures.figures(
                    figure("before", "before training", depth, before),
                    figure("after", "after " + epochs + (epochs == 1 ? " epoch" : " epochs"), depth, after));
        }
        Report report =
                run.report("Gradients: where they vanish")
                        .lead(lead())
                        .section(Section.titled("Verdict").table(verdicts))
                        .section(figures)
                        .section(why())
                        .section(signed())
                        .build();
        List<GradientCapture> all = new ArrayList<>(before);
        all.addAll(after);
        run.out().write("gradients.csv", GradientCsv.of(all));
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("captures", GradientCsv.json(all));
        json.put("nets", training.stream().map(DepthReport::json).toList());
        run.write(report, json);
    }

    private String lead() {
        List<String> cutOff =
                after.stream()
                        .filter(c -> Verdict.of(c.perLayer(GradientRow::maxAbs)).cutOff())
                        .map(
                                c ->
                                        c.name()
                                                + " (layer 1: "
                                                + Cell.magnitude(c.perLayer(GradientRow::maxAbs)[0]).text()
                                                + ")")
                        .toList();
        return cutOff.isEmpty()
                ? "After training, gradients reach every layer of every net."
                : "After training, the gradient does not reach the first layers of: "
                        + String.join("; ", cutOff)
                        + ". In the other nets it reaches every layer.";
    }

    private Table verdicts() {
        Table.Builder table =
                Table.titled("What the gradients say").columns("net", "before training", "after training");
        for (int i = 0; i < after.size(); i++) {
            table.row(Cell.unbroken(after.get(i).name()), verdict(before.get(i)), verdict(after.get(i)));
        }
        return table.build();
    }

    private static Cell verdict(GradientCapture capture) {
        Verdict verdict = Verdict.of(capture.perLayer(GradientRow::maxAbs));
        Cell cell = Cell.of(verdict.text());
        return switch (verdict.kind()) {
            case FLOWS -> cell.good();
            case FADES -> cell.warn();
            case VANISHED, ZERO -> cell.vanished();
            case EXPLODING -> cell.bad();
        };
    }

    private static Figure figure(String name, String when, int depth, List<GradientCapture> captures) {
        LineChart.Builder chart =
                LineChart.perLayer("gradients-" + depth + "-" + name, depth + " hidden layers, " + when, "max |∂L/∂w|");
        captures.stream().filter(c -> c.depth() == depth).forEach(c -> chart.add(c.line()));
        return chart.build();
    }

    private Section.Builder why() {
        Table.Builder table =
                Table.titled("What a gradient loses per layer, after training")
                        .columns("net")
                        .numeric("factor per layer", "greatest f′", "weights' stretch", "dead activations")
                        .note(
                                "Factor per layer: the mean ratio of the L2 norms of ∂L/∂y of one hidden layer and the"
                                    + " next, from the last to the first. Weights' stretch: the root mean square"
                                    + " singular value of a hidden layer's matrix. Dead activations: the share of exact"
                                    + " zeros in the gradients before the activations.");
        for (int i = 0; i < after.size(); i++) {
            GradientCapture capture = after.get(i);
            List<GradientRow> passed =
                    capture.rows().stream()
                            .filter(r -> r.role() == GradientRow.Role.ACTIVATION && !r.tensor().equals("affine"))
                            .toList();
            List<GradientRow> arriving =
                    capture.rows().stream()
                            .filter(r -> r.role() == GradientRow.Role.ACTIVATION && r.tensor().equals("affine"))
                            .toList();
            double first = passed.getFirst().statistics().l2();
            double last = passed.getLast().statistics().l2();
            double factor = passed.size() < 2 ? Double.NaN : Math.pow(first / last, 1.0 / (passed.size() - 1));
            double dead =
                    arriving.stream()
                            .limit(capture.depth())
                            .mapToDouble(r -> r.statistics().zeroShare())
                            .average()
                            .orElse(0);
            table.row(
                    Cell.unbroken(capture.name()),
                    Cell.magnitude(factor),
                    greatestSlope(capture),
                    Cell.magnitude(spectra.get(i).hidden()),
                    String.format(Locale.ROOT, "%.0f %%", 100 * dead));
        }
        return Section.titled("Why they vanish")
                .prose(
                        "Backward through a hidden layer multiplies the gradient by f′(v), number by number, and by the"
                            + " layer's weights: ∂L/∂y of layer l−1 is (∂L/∂y of layer l ⊙ f′(v)) · Wᵀ. What reaches"
                            + " layer 1 is a product of as many such factors as there are layers above it. Glorot's"
                            + " initial weights stretch by about 1, so the activation decides.")
                .prose(
                        "The **sigmoid**'s derivative is at most ¼: twenty layers leave at most 4⁻²⁰ ≈ 1e-12 of the"
                            + " gradient, forty 4⁻⁴⁰ ≈ 1e-24, unless the weights make up for it. The **hyperbolic"
                            + " tangent** and **LeCun**'s function have derivatives near 1 and 1.15 at the origin, so"
                            + " that what the weights keep is kept. **ReLU** passes a gradient whole or not at all;"
                            + " with Glorot's weights about half of the signal's power is lost per layer, forward and"
                            + " backward, so that after 40 layers little is left of either. He's weights, twice the"
                            + " variance, make up for that: `./run gradients --depths 40 --activations relu --init"
                            + " he`.")
                .table(table.build());
    }

    private static String greatestSlope(GradientCapture capture) {
        return switch (capture.activation().function()) {
            case SIGMOID -> "0.25";
            case LECUN -> "1.1539";
            case GELU -> "1.1289";
            case IDENTITY, RELU, LEAKY_RELU, TANH -> "1";
        };
    }

    private Section.Builder signed() {
        Section.Builder section =
                Section.titled("Absolute and signed maximum")
                        .prose(
                                "\"Maximum gradient\" can mean the largest absolute value, max|g|, as in the figures"
                                        + " above, or the largest signed value, max g. Both, after training:");
        for (int depth : after.stream().map(GradientCapture::depth).distinct().toList()) {
            List<GradientCapture> nets = after.stream().filter(c -> c.depth() == depth).toList();
            Table.Builder table = Table.titled(depth + " hidden layers").numeric("layer");
            nets.forEach(
                    c ->
                            table.numeric(
                                    DenseNets.label(c.activation()) + " max|g|",
                                    DenseNets.label(c.activation()) + " max g"));
            for (int layer = 0; layer <= depth; layer++) {
                List<Object> row = new ArrayList<>(List.of(layer + 1));
                for (GradientCapture c : nets) {
                    row.add(Cell.magnitude(c.weights().get(layer).maxAbs()));
                    row.add(Cell.magnitude(c.weights().get(layer).signedMax()));
                }
                table.row(row.toArray());
            }
            section.table(table.build());
        }
        return section;
    }
}

package chainrule.experiments.dense;

import chainrule.experiments.cli.Run;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Series;
import chainrule.experiments.report.figure.StripPlot;
import chainrule.layer.Activation;
import chainrule.train.Evaluation;

import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** Turns the trained nets of {@link DepthStudy} into tables, curves and words. */
final class DepthReport {
    /** An accuracy a net reaches by always naming the most frequent digit, and a little more. */
    private static final double NEAR_CHANCE = 0.12;

    private final Run run;
    private final List<NetResult> results;
    private final List<Integer> depths;
    private final List<Activation> activations;
    private final boolean severalSeeds;

    DepthReport(Run run, List<NetResult> results) {
        this.run = run;
        this.results = results;
        this.depths = results.stream().map(NetResult::depth).distinct().toList();
        this.activations = results.stream().map(NetResult::activation).distinct().toList();
        this.severalSeeds = results.stream().map(NetResult::seed).distinct().count() > 1;
    }

    void write() {
        Table loss = table("Test loss", false);
        Table accuracy = table("Test accuracy", true);
        System.out.printf(Locale.ROOT, "%n%s%n%s", loss.plain(), accuracy.plain());
        Report.Builder report =
                run.report("Depth: what becomes of a dense net as it grows deeper")
                        .lead(lead())
                        .section(
                                Section.titled("Test loss and accuracy")
                                        .prose(
                                                "Each cell shows this run and, beneath it, the figure of the"
                                                        + " assignment's own report. "
                                                        + (severalSeeds
                                                                ? "With several seeds it is the mean ± standard"
                                                                        + " deviation. "
                                                                : "")
                                                        + "A net that has learnt nothing answers with one constant"
                                                        + " distribution: it is right on the 1,135 ones among 10,000"
                                                        + " test digits (.1135), at a loss of about 2.301, the entropy"
                                                        + " of the digits' frequencies.")
                                        .table(loss)
                                        .table(accuracy));
        if (severalSeeds) {
            Table runs = runs();
            System.out.printf(Locale.ROOT, "%n%s", runs.plain());
            report.section(
                    Section.titled("Every run")
                            .prose(
                                    "The same net, the same data, another seed for its weights and for the order of the"
                                            + " images. Where the runs lie far apart, the result of a single one says"
                                            + " little.")
                            .figures(spread())
                            .table(runs));
        }
        Section.Builder curves =
                Section.titled("Learning curves")
                        .prose(
                                "Solid: on the training images, as the epoch went. Dashed: on the test images after the"
                                        + " epoch.");
        for (int depth : depths) {
            // One chart shows three activations, or the seeds of one.
            for (List<Activation> together : severalSeeds ? each(activations) : List.of(activations)) {
                curves.figures(curve(depth, together, false), curve(depth, together, true));
            }
        }
        report.section(curves);
        run.write(report.build(), json());
    }

    private String lead() {
        NetResult best =
                results.stream()
                        .reduce((x, y) -> y.heldOut().accuracy() > x.heldOut().accuracy() ? y : x)
                        .orElseThrow();
        String lead =
                String.format(
                        Locale.ROOT,
                        "Of %d trained nets the best is %s, with a test accuracy of %.4f. ",
                        results.size(),
                        best.name(),
                        best.heldOut().accuracy());
        return lead + (severalSeeds ? spreadInWords() : stuckInWords());
    }

    private String stuckInWords() {
        List<String> stuck = results.stream().filter(DepthReport::nearChance).map(NetResult::name).toList();
        return stuck.isEmpty()
                ? "Every net has learnt."
                : "Nothing was learnt by: "
                        + String.join("; ", stuck)
                        + ". Too little gradient reaches their first layers; ./run gradients shows how little.";
    }

    private String spreadInWords() {
        List<String> nets = new ArrayList<>();
        for (int depth : depths) {
            for (Activation activation : activations) {
                List<NetResult> runs = runs(depth, activation);
                if (runs.isEmpty()) {
                    continue; // in a partial report
                }
                SummaryStatistics accuracy = summary(runs, Evaluation::accuracy);
                long stuck = runs.stream().filter(DepthReport::nearChance).count();
                nets.add(
                        String.format(
                                Locale.ROOT,
                                "%s from %.4f to %.4f%s",
                                runs.getFirst().name(),
                                accuracy.getMin(),
                                accuracy.getMax(),
                                stuck == 0 ? "" : ", " + stuck + " of " + runs.size() + " runs learnt nothing"));
            }
        }
        return "From seed to seed the test accuracy runs for " + String.join("; ", nets) + ".";
    }

    private static boolean nearChance(NetResult r) {
        return !(r.heldOut().accuracy() > NEAR_CHANCE);
    }

    private Table table(String title, boolean accuracy) {
        Table.Builder table =
                Table.titled(title)
                        .columns("hidden layers")
                        .numeric(activations.stream().map(DenseNets::label).toArray(String[]::new))
                        .referenceName("report");
        for (int depth : depths) {
            Object[] row = new Object[activations.size() + 1];
            row[0] = depth;
            for (int i = 0; i < activations.size(); i++) {
                row[i + 1] = cell(depth, activations.get(i), accuracy);
            }
            table.row(row);
        }
        return table.build();
    }

    private Cell cell(int depth, Activation activation, boolean accuracy) {
        List<NetResult> runs = runs(depth, activation);
        if (runs.isEmpty()) {
            return Cell.of("–"); // in a partial report
        }
        SummaryStatistics values = summary(runs, accuracy ? Evaluation::accuracy : Evaluation::loss);
        Cell mean = Cell.decimals(values.getMean(), 4);
        Cell cell =
                runs.size() == 1
                        ? mean
                        : Cell.of(mean.text() + " ± " + Cell.decimals(values.getStandardDeviation(), 4).text());
        AssignmentFigures.Figure reference = AssignmentFigures.of(activation.function(), depth);
        cell = cell.beside(accuracy ? reference.accuracy() : reference.loss());
        return runs.stream().allMatch(DepthReport::nearChance) ? cell.vanished() : cell;
    }

    private List<NetResult> runs(int depth, Activation activation) {
        return results.stream().filter(r -> r.depth() == depth && r.activation().equals(activation)).toList();
    }

    private static SummaryStatistics summary(List<NetResult> runs, ToDoubleFunction<Evaluation> value) {
        SummaryStatistics statistics = new SummaryStatistics();
        runs.forEach(r -> statistics.addValue(value.applyAsDouble(r.heldOut())));
        return statistics;
    }

    private Table runs() {
        Table.Builder table =
                Table.titled("Test loss and accuracy of every run")
                        .columns("net")
                        .numeric("seed", "test loss", "test accuracy");
        for (NetResult r : results) {
            Cell accuracy = Cell.decimals(r.heldOut().accuracy(), 4);
            table.row(
                    r.name(),
                    r.seed(),
                    Cell.decimals(r.heldOut().loss(), 4),
                    nearChance(r) ? accuracy.vanished() : accuracy);
        }
        return table.build();
    }

    private Figure spread() {
        StripPlot.Builder plot =
                StripPlot.named("spread", "Test accuracy of every run", "test accuracy")
                        .caption("Each dot is one seed; mean and one standard deviation beside them.");
        for (int depth : depths) {
            for (Activation activation : activations) {
                double[] accuracies =
                        runs(depth, activation).stream().mapToDouble(r -> r.heldOut().accuracy()).toArray();
                if (accuracies.length > 0) { // there is none in a partial report
                    String name = DenseNets.label(activation) + " " + depth;
                    plot.group(name, Hue.ofActivation(activation.kind()), accuracies);
                }
            }
        }
        return plot.build();
    }

    private static List<List<Activation>> each(List<Activation> activations) {
        return activations.stream().map(List::of).toList();
    }

    private Figure curve(int depth, List<Activation> shown, boolean accuracy) {
        String quantity = accuracy ? "accuracy" : "loss";
        String which = severalSeeds ? DenseNets.label(shown.getFirst()) + ", " : "";
        String name = quantity + "-" + depth + (severalSeeds ? "-" + shown.getFirst().kind() : "");
        LineChart.Builder chart =
                LineChart.learningCurves(name, which + depth + " hidden layers: " + quantity, quantity);
        for (NetResult r : results) {
            if (r.depth() == depth && shown.contains(r.activation())) {
                String label = severalSeeds ? "seed " + r.seed() : DenseNets.label(r.activation());
                Hue hue = severalSeeds ? Hue.cycle((int) r.seed()) : Hue.ofActivation(r.activation().kind());
                double[] training = accuracy ? r.trainAccuracy() : r.trainLoss();
                double[] test = accuracy ? r.heldOutAccuracy() : r.heldOutLoss();
                chart.add(Series.of(label, hue, training).as("training", Series.Style.SOLID))
                        .add(Series.of(label, hue, test).as("test", Series.Style.DASHED));
            }
        }
        return chart.build();
    }

    private SequencedMap<String, Object> json() {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("nets", results.stream().map(DepthReport::json).toList());
        return json;
    }

    /** A net's figures for results.json. */
    static SequencedMap<String, Object> json(NetResult r) {
        SequencedMap<String, Object> net = new LinkedHashMap<>();
        net.put("hiddenLayers", r.depth());
        net.put("activation", r.activation().kind());
        net.put("seed", r.seed());
        net.put("heldOutLoss", r.heldOut().loss());
        net.put("heldOutAccuracy", r.heldOut().accuracy());
        net.put("trainingSeconds", r.seconds());
        net.put("imagesPerSecond", r.imagesPerSecond());
        r.history().divergence().ifPresent(d -> net.put("divergence", d));
        if (!r.history().explosions().isEmpty()) {
            net.put("explosions", r.history().explosions());
        }
        net.put("epochs", r.history().epochs());
        return net;
    }
}

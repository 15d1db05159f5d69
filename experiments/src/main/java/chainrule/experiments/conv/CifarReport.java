package chainrule.experiments.conv;

import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.report.Assignment;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.Words;
import chainrule.experiments.report.figure.BarChart;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.Picture;
import chainrule.experiments.report.figure.PictureGrid;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;
import chainrule.train.metric.ConfusionMatrix;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What color images add to the report of a classifier: the metrics of each class, and the filters of the first layer. */
final class CifarReport {
    private final RunFacts facts;
    private final ClassifierResults results;
    private final ConfusionMatrix confusion;
    private final List<String> classes;
    private final ClassifierReport report;
    private final Sequential net;

    CifarReport(RunFacts facts, ClassifierResults results, ClassifierReport.Material material, Sequential net) {
        this.facts = facts;
        this.results = results;
        this.confusion = results.matrix();
        this.classes = material.images().classNames();
        this.report = new ClassifierReport(facts, results, material);
        this.net = net;
    }

    String tables() {
        return report.tables();
    }

    Report report() {
        return report.section(Section.titled("Class by class").figures(recalls()).table(perClass()))
                .section(
                        Section.titled("First filters")
                                .prose(
                                        "Each filter of the first convolution as an image of the patch it answers to:"
                                                + " gray is a weight of zero, and each filter is scaled to its largest"
                                                + " weight.")
                                .figures(filters()))
                .report("A convolutional net on CIFAR-10", comparison());
    }

    private String comparison() {
        return String.format(
                Locale.ROOT,
                "The assignment's report: %s. This run trained for %s: %s.",
                Assignment.CIFAR_EPOCHS_AND_ACCURACY.quoted(),
                Words.count(results.epochs().size(), "epoch"),
                facts.fact("recipe").orElse("recipe not recorded"));
    }

    private BarChart recalls() {
        BarChart.Builder chart = BarChart.named("classes", "Recall by class", "recall").format("%.3f");
        for (int c = 0; c < confusion.classes(); c++) {
            chart.bar(classes.get(c), confusion.recall(c), Hue.BLUE);
        }
        return chart.reference(confusion.accuracy(), "all classes").build();
    }

    private Table perClass() {
        Table.Builder table =
                Table.titled("Class by class").columns("class").numeric("images", "precision", "recall", "F1");
        for (int c = 0; c < confusion.classes(); c++) {
            table.row(
                    classes.get(c),
                    confusion.actual(c),
                    Cell.decimals(confusion.precision(c), 4),
                    Cell.decimals(confusion.recall(c), 4),
                    Cell.decimals(confusion.f1(c), 4));
        }
        return table.build();
    }

    private PictureGrid filters() {
        Parameter weight = net.parameter("conv1.weight");
        Shape shape = weight.shape(); // [height, width, colors, filters]
        double[] w = net.backend().download(weight.buffer());
        int count = shape.size(3);
        List<Picture> pictures = new ArrayList<>();
        for (int f = 0; f < count; f++) {
            double largest = 0;
            for (int i = f; i < w.length; i += count) {
                largest = Math.max(largest, Math.abs(w[i]));
            }
            float[] patch = new float[w.length / count];
            for (int i = 0; i < patch.length; i++) {
                patch[i] = (float) (0.5 + 0.5 * w[i * count + f] / Math.max(largest, 1e-30));
            }
            pictures.add(Picture.rgb(shape.size(1), shape.size(0), patch, ""));
        }
        return new PictureGrid("filters", "Filters of the first layer", "", 8, pictures);
    }
}

package chainrule.experiments.conv;

import chainrule.experiments.report.Assignment;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.BarChart;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.Picture;
import chainrule.experiments.report.figure.PictureGrid;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.text.Words;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;
import chainrule.train.metric.ConfusionMatrix;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The sections that CIFAR-10 adds to the report of a classifier: metrics by class, filters of the first layer. */
final class CifarReport {
    private final RunFacts facts;
    private final ClassifierResults results;
    private final ConfusionMatrix confusion;
    private final List<String> classes;
    private final Sequential net;

    private CifarReport(RunFacts facts, ClassifierResults results, List<String> classes, Sequential net) {
        this.facts = facts;
        this.results = results;
        this.confusion = results.matrix();
        this.classes = classes;
        this.net = net;
    }

    /** The report of a classifier with the sections of this class. */
    static ClassifierReport of(
            RunFacts facts, ClassifierResults results, ClassifierReport.Material material, Sequential net) {
        CifarReport more = new CifarReport(facts, results, material.images().classNames(), net);
        return new ClassifierReport(facts, results, material, "A convolutional net on CIFAR-10", more.comparison())
                .section(Section.titled("Class by class").figures(more.recalls()).table(more.perClass()))
                .section(
                        Section.titled("First filters")
                                .prose(
                                        "Each filter of the first convolution as an image of the patch it answers to:"
                                                + " gray is a weight of zero, and each filter is scaled to its largest"
                                                + " weight.")
                                .figures(more.filters()));
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

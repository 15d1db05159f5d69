package chainrule.experiments.conv;

import chainrule.data.Dataset;
import chainrule.experiments.cli.Run;
import chainrule.experiments.model.Answers;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
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

/** What colour images add to the report of a classifier: how each class fares, and what the first filters look for. */
final class CifarReport {
    private final ClassifierReport report;
    private final ConfusionMatrix confusion;
    private final Sequential net;
    private final List<String> classes;

    CifarReport(Run run, ClassifierReport.Trained trained, Dataset testImages, Answers test) {
        this.report = new ClassifierReport(run, trained, testImages, test);
        this.confusion = test.confusion();
        this.net = trained.net();
        this.classes = testImages.classNames();
    }

    void write() {
        report.section(Section.titled("Class by class").figures(recalls()).table(perClass()))
                .section(
                        Section.titled("First filters")
                                .prose(
                                        "The weights of every filter of the first convolution as a picture of the patch"
                                            + " it answers to: grey is 0, and a colour's brightness its weight, each"
                                            + " filter scaled to its own largest weight.")
                                .figures(filters()))
                .write("A convolutional net on CIFAR-10", "the assignment's report has .8849");
    }

    private BarChart recalls() {
        BarChart.Builder chart =
                BarChart.named("classes", "Share of each class that is named rightly", "test accuracy").format("%.3f");
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
        Shape shape = weight.shape(); // [height, width, colours, filters]
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

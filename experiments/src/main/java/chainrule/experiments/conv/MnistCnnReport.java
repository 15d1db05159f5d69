package chainrule.experiments.conv;

import chainrule.data.Dataset;
import chainrule.experiments.cli.Run;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.HeatMap;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Picture;
import chainrule.experiments.report.figure.PictureGrid;
import chainrule.layer.Sequential;
import chainrule.train.Evaluation;
import chainrule.train.History;
import chainrule.train.metric.ConfusionMatrix;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** Turns a trained convolutional net into curves, a confusion matrix and pictures of its mistakes. */
final class MnistCnnReport {
    private static final int MOST_PICTURES = 60;
    private static final int MOST_CONFUSED = 8;

    private final Run run;
    private final Sequential net;
    private final History history;
    private final History.Epoch best;
    private final Dataset testImages;
    private final Evaluation test;
    private final List<Mistake> mistakes = new ArrayList<>();
    private final ConfusionMatrix confusion;

    /** A test image that was taken for another class. */
    private record Mistake(int index, int truth, int said, double confidence) {}

    MnistCnnReport(
            Run run,
            Sequential net,
            History history,
            History.Epoch best,
            Dataset testImages,
            Evaluation test,
            List<double[]> probabilities) {
        this.run = run;
        this.net = net;
        this.history = history;
        this.best = best;
        this.testImages = testImages;
        this.test = test;
        this.confusion = new ConfusionMatrix(testImages.classNames().size());
        for (int i = 0; i < probabilities.size(); i++) {
            int said = Classifier.argMax(probabilities.get(i));
            int truth = testImages.label(i);
            confusion.add(truth, said);
            if (said != truth) {
                mistakes.add(new Mistake(i, truth, said, probabilities.get(i)[said]));
            }
        }
        mistakes.sort(Comparator.comparingDouble(Mistake::confidence).reversed());
    }

    void write() {
        Table figures = figures();
        Table confused = mostConfused();
        System.out.printf("%n%s%n%s", figures.plain(), confused.plain());
        Report report =
                run.report("A convolutional net on MNIST")
                        .lead(
                                String.format(
                                        Locale.ROOT,
                                        "Test accuracy %.4f: %d of %,d test images are read wrongly. Chosen by the"
                                            + " validation images, on which the best epoch, number %d, reached %.4f;"
                                            + " the assignment asked for more than .993.",
                                        test.accuracy(),
                                        mistakes.size(),
                                        testImages.size(),
                                        best.number(),
                                        best.validation().accuracy()))
                        .section(Section.titled("Figures").table(figures).raw("The net, layer by layer", net.summary()))
                        .section(
                                Section.titled("Learning curves")
                                        .prose(
                                                "Solid: on the training images as they were shown, augmented where that"
                                                    + " is switched on, so that the net does better on the untouched"
                                                    + " validation images (dashed). With label smoothing the training"
                                                    + " loss stays above the entropy of the smoothed labels.")
                                        .figures(
                                                curve("accuracy", History.Epoch::accuracy, Evaluation::accuracy),
                                                curve("loss", History.Epoch::loss, Evaluation::loss)))
                        .section(
                                Section.titled("Confusion")
                                        .figures(
                                                HeatMap.confusion(
                                                        "confusion",
                                                        "Confusion matrix of the test images",
                                                        "Rows: what the digit is. Columns: what the net says.",
                                                        testImages.classNames(),
                                                        counts()))
                                        .table(confused))
                        .section(
                                Section.titled("Every mistake")
                                        .prose(
                                                mistakes.size() > MOST_PICTURES
                                                        ? "The "
                                                                + MOST_PICTURES
                                                                + " most confident of "
                                                                + mistakes.size()
                                                                + " mistakes."
                                                        : "All "
                                                                + mistakes.size()
                                                                + " mistakes, the most confident first.")
                                        .figures(pictures()))
                        .build();
        run.write(report, json());
    }

    private Table figures() {
        return Table.titled("Figures")
                .columns("")
                .numeric("accuracy", "loss")
                .row(
                        "validation, best epoch (" + best.number() + " of " + history.epochs().size() + ")",
                        Cell.decimals(best.validation().accuracy(), 4),
                        Cell.decimals(best.validation().loss(), 4))
                .row("test", Cell.decimals(test.accuracy(), 4), Cell.decimals(test.loss(), 4))
                .build();
    }

    private Table mostConfused() {
        Table.Builder table = Table.titled("Most confused digits").columns("is", "taken for").numeric("times");
        List<String> names = testImages.classNames();
        confusion
                .mostConfused(MOST_CONFUSED)
                .forEach(c -> table.row(names.get(c.actual()), names.get(c.predicted()), c.count()));
        return table.build();
    }

    private PictureGrid pictures() {
        List<Picture> pictures = new ArrayList<>();
        float[] image = new float[testImages.inputShape().elements()];
        for (Mistake m : mistakes.stream().limit(MOST_PICTURES).toList()) {
            testImages.input(m.index, image, 0);
            pictures.add(
                    Picture.grey(
                            testImages.inputShape().size(1),
                            testImages.inputShape().size(0),
                            image,
                            String.format(
                                    Locale.ROOT,
                                    "%s, not %s%n%.0f %%",
                                    testImages.classNames().get(m.said),
                                    testImages.classNames().get(m.truth),
                                    100 * m.confidence)));
        }
        return PictureGrid.flowing(
                "mistakes", "Mistakes", "What the net says, what the digit is, and how sure the net is.", pictures);
    }

    private LineChart curve(
            String quantity, ToDoubleFunction<History.Epoch> train, ToDoubleFunction<Evaluation> validation) {
        return LineChart.learningCurves(quantity, quantity, quantity)
                .trainAndValidation(
                        "net",
                        Hue.BLUE,
                        history.epochs().stream().mapToDouble(train).toArray(),
                        history.epochs().stream().mapToDouble(e -> validation.applyAsDouble(e.validation())).toArray())
                .build();
    }

    private int[][] counts() {
        int[][] counts = new int[confusion.classes()][confusion.classes()];
        for (int i = 0; i < counts.length; i++) {
            for (int j = 0; j < counts.length; j++) {
                counts[i][j] = (int) confusion.count(i, j);
            }
        }
        return counts;
    }

    private SequencedMap<String, Object> json() {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("parameters", net.trainableNumbers());
        json.put("testAccuracy", test.accuracy());
        json.put("testLoss", test.loss());
        json.put("testMistakes", mistakes.size());
        json.put("bestEpoch", best);
        json.put("imagesPerSecond", history.last().imagesPerSecond());
        json.put("confusion", counts());
        json.put("epochs", history.epochs());
        history.divergence().ifPresent(where -> json.put("divergence", where));
        if (!history.explosions().isEmpty()) {
            json.put("explosions", history.explosions());
        }
        return json;
    }
}

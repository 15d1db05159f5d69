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

/** Turns a trained image classifier into curves, a confusion matrix and pictures of its mistakes. */
final class ClassifierReport {
    private static final int MOST_PICTURES = 60;
    private static final int MOST_CONFUSED = 8;

    private final Run run;
    private final Trained trained;
    private final Dataset testImages;
    private final Evaluation test;
    private final List<Section> sections = new ArrayList<>();
    private final List<Mistake> mistakes = new ArrayList<>();
    private final ConfusionMatrix confusion;

    /** A test image that was taken for another class. */
    private record Mistake(int index, int truth, int said, double confidence) {}

    /**
     * A net at the end of its training.
     *
     * @param chosen the epoch whose weights it has
     */
    record Trained(Sequential net, History history, History.Epoch chosen) {}

    /**
     * @param testImages as a person sees them, their values in [0, 1]
     * @param probabilities of every class, for each of them
     */
    ClassifierReport(Run run, Trained trained, Dataset testImages, Evaluation test, List<double[]> probabilities) {
        this.run = run;
        this.trained = trained;
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

    ConfusionMatrix confusion() {
        return confusion;
    }

    /** Adds a section between the confusion matrix and the mistakes. */
    ClassifierReport section(Section.Builder section) {
        sections.add(section.build());
        return this;
    }

    /**
     * Prints the tables and writes the report.
     *
     * @param goal what was asked for, the end of the lead: "the assignment asked for more than .993"
     */
    void write(String title, String goal) {
        Table figures = figures();
        Table confused = mostConfused();
        System.out.printf("%n%s%n%s", figures.plain(), confused.plain());
        Report.Builder report =
                run.report(title)
                        .lead(
                                String.format(
                                        Locale.ROOT,
                                        "Test accuracy %.4f: the net is wrong about %d of %,d test images. The"
                                                + " weights were chosen on validation images, on which epoch %d reached"
                                                + " %.4f; %s.",
                                        test.accuracy(),
                                        mistakes.size(),
                                        testImages.size(),
                                        trained.chosen.number(),
                                        trained.chosen.validation().accuracy(),
                                        goal))
                        .section(
                                Section.titled("Figures")
                                        .table(figures)
                                        .raw("The net, layer by layer", trained.net.summary()))
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
                                                        "Rows: what it is. Columns: what the net says.",
                                                        testImages.classNames(),
                                                        counts()))
                                        .table(confused));
        sections.forEach(report::section);
        run.write(report.section(pictured()).build(), json());
    }

    private Section.Builder pictured() {
        return Section.titled("Mistakes")
                .prose(
                        mistakes.size() > MOST_PICTURES
                                ? "The " + MOST_PICTURES + " most confident of " + mistakes.size() + " mistakes."
                                : "All " + mistakes.size() + " mistakes, the most confident first.")
                .figures(pictures());
    }

    private Table figures() {
        return Table.titled("Figures")
                .columns("")
                .numeric("accuracy", "loss")
                .row(
                        "validation, epoch " + trained.chosen.number() + " of " + trained.history.epochs().size(),
                        Cell.decimals(trained.chosen.validation().accuracy(), 4),
                        Cell.decimals(trained.chosen.validation().loss(), 4))
                .row("test", Cell.decimals(test.accuracy(), 4), Cell.decimals(test.loss(), 4))
                .build();
    }

    private Table mostConfused() {
        Table.Builder table = Table.titled("Most confused").columns("is", "taken for").numeric("times");
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
                    Picture.of(
                            testImages.inputShape(),
                            image,
                            String.format(
                                    Locale.ROOT,
                                    "%s, not %s%n%.0f %%",
                                    testImages.classNames().get(m.said),
                                    testImages.classNames().get(m.truth),
                                    100 * m.confidence)));
        }
        return PictureGrid.flowing(
                "mistakes", "Mistakes", "What the net says, what it is, and how sure the net is.", pictures);
    }

    private LineChart curve(
            String quantity, ToDoubleFunction<History.Epoch> train, ToDoubleFunction<Evaluation> validation) {
        return LineChart.learningCurves(quantity, quantity, quantity)
                .trainAndValidation(
                        "net",
                        Hue.BLUE,
                        trained.history.epochs().stream().mapToDouble(train).toArray(),
                        trained.history.epochs().stream()
                                .mapToDouble(e -> validation.applyAsDouble(e.validation()))
                                .toArray())
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
        json.put("parameters", trained.net.trainableNumbers());
        json.put("testAccuracy", test.accuracy());
        json.put("testLoss", test.loss());
        json.put("testMistakes", mistakes.size());
        json.put("bestEpoch", trained.chosen);
        json.put("imagesPerSecond", trained.history.last().imagesPerSecond());
        json.put("confusion", counts());
        json.put("epochs", trained.history.epochs());
        trained.history.divergence().ifPresent(where -> json.put("divergence", where));
        return json;
    }
}

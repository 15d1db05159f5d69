package chainrule.experiments.conv;

import chainrule.data.Dataset;
import chainrule.data.augment.TestTime;
import chainrule.experiments.cli.Run;
import chainrule.experiments.model.Answers;
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
import chainrule.train.metric.Argmax;
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
    private final Answers test;
    private final List<Section> sections = new ArrayList<>();
    private final List<Mistake> mistakes = new ArrayList<>();

    /** A test image that was taken for another class. */
    private record Mistake(int index, int truth, int said, double confidence) {}

    /**
     * A net at the end of its training.
     *
     * @param chosen the epoch whose weights it has
     * @param best whether that is the best one on the validation images, else it is the last
     * @param testTime the views of each test image whose answers were averaged
     */
    record Trained(Sequential net, History history, History.Epoch chosen, boolean best, TestTime testTime) {
        /** The best epoch, and test images as they are. */
        Trained(Sequential net, History history, History.Epoch chosen) {
            this(net, history, chosen, true, TestTime.NONE);
        }
    }

    /**
     * @param testImages as a person sees them, their values in [0, 1]
     * @param test what the net says to each of them
     */
    ClassifierReport(Run run, Trained trained, Dataset testImages, Answers test) {
        this.run = run;
        this.trained = trained;
        this.testImages = testImages;
        this.test = test;
        for (int i = 0; i < testImages.size(); i++) {
            int said = Classifier.argMax(test.probabilities().get(i));
            int truth = testImages.label(i);
            if (said != truth) {
                // Without an answer there is no confidence either: these come last.
                double confidence = said == Argmax.NO_ANSWER ? 0 : test.probabilities().get(i)[said];
                mistakes.add(new Mistake(i, truth, said, confidence));
            }
        }
        mistakes.sort(Comparator.comparingDouble(Mistake::confidence).reversed());
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
        double waiting = trained.history.waiting();
        if (!Double.isNaN(waiting)) {
            run.fact("input", String.format(Locale.ROOT, "waited for %.1f %% of the training time", 100 * waiting));
        }
        Table figures = figures();
        Table confused = mostConfused();
        System.out.printf(Locale.ROOT, "%n%s%n%s", figures.plain(), confused.plain());
        Report.Builder report =
                run.report(title)
                        .lead(
                                String.format(
                                        Locale.ROOT,
                                        "Test accuracy %.4f: the net is wrong about %d of %,d test images. %s; %s.",
                                        test.accuracy(),
                                        mistakes.size(),
                                        testImages.size(),
                                        weights(),
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

    private String weights() {
        Evaluation validation = trained.chosen.validation();
        int views = trained.testTime.views().size();
        String text =
                validation == null
                        ? "The net was trained on all training images, none held out"
                        : String.format(
                                Locale.ROOT,
                                trained.best
                                        ? "The weights were chosen on validation images, on which epoch %d reached %.4f"
                                        : "The weights are those of the last epoch, %d, with %.4f on validation images",
                                trained.chosen.number(),
                                validation.accuracy());
        return text + (views > 1 ? "; its answers are averages over " + views + " views of each test image" : "");
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
        Table.Builder table = Table.titled("Figures").columns("").numeric("accuracy", "loss");
        Evaluation validation = trained.chosen.validation();
        if (validation != null) {
            table.row(
                    "validation, epoch " + trained.chosen.number() + " of " + trained.history.epochs().size(),
                    Cell.decimals(validation.accuracy(), 4),
                    Cell.decimals(validation.loss(), 4));
        }
        return table.row("test", Cell.decimals(test.accuracy(), 4), Cell.decimals(test.loss(), 4)).build();
    }

    private Table mostConfused() {
        Table.Builder table = Table.titled("Most confused").columns("is", "taken for").numeric("times");
        List<String> names = testImages.classNames();
        test.confusion()
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
                                    Classifier.name(testImages.classNames(), m.said),
                                    testImages.classNames().get(m.truth),
                                    100 * m.confidence)));
        }
        return PictureGrid.flowing(
                "mistakes", "Mistakes", "What the net says, what it is, and how sure the net is.", pictures);
    }

    private LineChart curve(
            String quantity, ToDoubleFunction<History.Epoch> train, ToDoubleFunction<Evaluation> validation) {
        List<History.Epoch> epochs = trained.history.epochs();
        double[] shown = epochs.stream().mapToDouble(train).toArray();
        LineChart.Builder chart = LineChart.learningCurves(quantity, quantity, quantity);
        if (trained.chosen.validation() == null) {
            return chart.line("net", Hue.BLUE, shown).build();
        }
        double[] held = epochs.stream().map(History.Epoch::validation).mapToDouble(validation).toArray();
        return chart.trainAndValidation("net", Hue.BLUE, shown, held).build();
    }

    private int[][] counts() {
        ConfusionMatrix confusion = test.confusion();
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
        if (!trained.history.explosions().isEmpty()) {
            json.put("explosions", trained.history.explosions());
        }
        return json;
    }
}

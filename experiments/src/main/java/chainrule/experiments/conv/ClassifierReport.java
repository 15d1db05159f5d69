package chainrule.experiments.conv;

import chainrule.data.Dataset;
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
import chainrule.experiments.report.figure.Series;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.StudyReport;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;
import chainrule.train.Evaluation;
import chainrule.train.History;
import chainrule.train.metric.Argmax;
import chainrule.train.metric.ConfusionMatrix;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Shows the results of an image classifier: curves, a confusion matrix and pictures of its mistakes. */
final class ClassifierReport implements StudyReport {
    private static final int MOST_PICTURES = 60;
    private static final int MOST_CONFUSED = 8;

    private final RunFacts facts;
    private final ClassifierResults results;
    private final Material material;
    private final String title;
    private final String comparison;
    private final List<Section> sections = new ArrayList<>();
    private final List<Mistake> mistakes = new ArrayList<>();

    /** A test image that was predicted as another class. */
    private record Mistake(int index, int truth, int predicted, double confidence) {}

    /**
     * The parts of a report that results.json does not hold.
     *
     * @param summary the net, layer by layer
     * @param images the test images before preprocessing, values in [0, 1]
     * @param answers the net's answer to each of them
     * @param views the number of views of each test image whose answers are averaged
     */
    record Material(String summary, Dataset images, Answers answers, int views) {}

    /** @param comparison of this run with the assignment's report: the end of the lead */
    ClassifierReport(RunFacts facts, ClassifierResults results, Material material, String title, String comparison) {
        this.facts = facts;
        this.results = results;
        this.material = material;
        this.title = title;
        this.comparison = comparison;
        for (int i = 0; i < material.images.size(); i++) {
            double[] probabilities = material.answers.probabilities().get(i);
            int predicted = Classifier.argMax(probabilities);
            int truth = material.images.label(i);
            if (predicted != truth) {
                // Images without an answer have no confidence and come last.
                double confidence = predicted == Argmax.NO_ANSWER ? 0 : probabilities[predicted];
                mistakes.add(new Mistake(i, truth, predicted, confidence));
            }
        }
        mistakes.sort(Comparator.comparingDouble(Mistake::confidence).reversed());
    }

    /** Adds a section between the confusion matrix and the mistakes. */
    ClassifierReport section(Section.Builder section) {
        sections.add(section.build());
        return this;
    }

    @Override
    public String console() {
        return metrics().plain() + (results.testMistakes() == 0 ? "" : "\n" + mostConfused().plain());
    }

    @Override
    public Report report() {
        Section.Builder confusion =
                Section.titled("Confusion")
                        .figures(
                                HeatMap.confusion(
                                        "confusion",
                                        "Confusion matrix of the test images",
                                        "Rows: true class. Columns: predicted class.",
                                        names(),
                                        results.confusion()));
        if (results.testMistakes() > 0) {
            confusion.table(mostConfused());
        }
        Report.Builder report =
                facts.report(title, results)
                        .lead(lead() + " " + comparison)
                        .section(
                                Section.titled("Metrics")
                                        .table(metrics())
                                        .raw("The net, layer by layer", material.summary))
                        .section(
                                Section.titled("Learning curves")
                                        .prose(curveText())
                                        .figures(
                                                curve("accuracy", History.Epoch::accuracy, Evaluation::accuracy),
                                                curve("loss", History.Epoch::loss, Evaluation::loss)))
                        .section(confusion);
        sections.forEach(report::section);
        return report.section(pictured()).build();
    }

    private List<String> names() {
        return material.images.classNames();
    }

    private String lead() {
        long images = results.matrix().total();
        String found =
                String.format(
                        Locale.ROOT,
                        "Test accuracy %s: %s of %s misclassified.",
                        Numbers.decimals(results.testAccuracy(), 4),
                        results.testMistakes() == 0 ? "none" : Numbers.count(results.testMistakes()),
                        Words.count(images, "test image"));
        if (!results.unanswered().isEmpty()) {
            found += " " + Words.sentence(results.unanswered()) + ": the outputs are not finite.";
        }
        return (diverged() + found + dead() + " " + weights() + views()).strip();
    }

    private String diverged() {
        return results.divergence()
                .map(d -> "The net diverged in epoch " + d.epoch() + " of " + results.epochsAsked() + ". ")
                .orElse("");
    }

    /** A sentence about a net that predicts the same class for every image. */
    private String dead() {
        ConfusionMatrix confusion = results.matrix();
        for (int c = 0; c < confusion.classes(); c++) {
            if (confusion.classes() > 1 && confusion.predicted(c) == confusion.total()) {
                return " The net predicts " + names().get(c) + " for every image: it has learned nothing.";
            }
        }
        return "";
    }

    private String weights() {
        History.Epoch chosen = results.bestEpoch();
        Evaluation validation = chosen.validation();
        String of = chosen.number() + " of " + results.epochsAsked();
        String accuracy = validation == null ? "" : " (" + Numbers.decimals(validation.accuracy(), 4) + ")";
        String text;
        if (results.bestKept()) {
            text =
                    results.divergence()
                            .map(
                                    d ->
                                            "The weights are those of the best epoch before it diverged in epoch "
                                                    + d.epoch()
                                                    + ", by validation accuracy: "
                                                    + chosen.number())
                            .orElse("Best epoch by validation accuracy: " + of);
            text += accuracy + ".";
        } else {
            text =
                    results.divergence()
                            .map(d -> "The weights are those of the last finite step, in epoch " + d.epoch() + ".")
                            .orElse(
                                    "The weights are those of the last epoch, "
                                            + of
                                            + (validation == null
                                                    ? "."
                                                    : ", with a validation accuracy of "
                                                            + Numbers.decimals(validation.accuracy(), 4)
                                                            + "."));
        }
        return validation == null ? text + " No validation set was held out." : text;
    }

    private String views() {
        return material.views > 1
                ? " Each answer is the average over " + material.views + " views of the test image."
                : "";
    }

    /** Describes the curves. */
    private String curveText() {
        List<History.Epoch> epochs = results.epochs();
        StringBuilder text = new StringBuilder("Solid: the training images as the net saw them");
        text.append(", averaged over the steps of each epoch.");
        List<History.Epoch> validated = epochs.stream().filter(e -> e.validation() != null).toList();
        if (!validated.isEmpty()) {
            long above = validated.stream().filter(e -> e.validation().accuracy() > e.accuracy()).count();
            text.append(
                            " Dashed: the validation images, after each epoch. The validation accuracy is above the"
                                    + " training")
                    .append(" accuracy in ")
                    .append(above)
                    .append(" of ")
                    .append(Words.count(validated.size(), "epoch"))
                    .append('.');
        }
        if (facts.fact("recipe").filter(r -> r.contains("label smoothing")).isPresent()) {
            text.append(" The training loss is taken against smoothed labels, whose entropy it cannot fall below.");
        }
        String caption = DivergedNet.caption(results.diverged());
        if (!caption.isEmpty()) {
            text.append(' ').append(caption);
        } else if (epochs.size() < results.epochsAsked()) {
            text.append(" Training ended after epoch ")
                    .append(epochs.size())
                    .append(" of ")
                    .append(results.epochsAsked())
                    .append('.');
        }
        return text.toString();
    }

    private Section.Builder pictured() {
        Section.Builder section = Section.titled("Mistakes");
        if (mistakes.isEmpty()) {
            return section.prose("The net made no mistake on these test images.");
        }
        return section.prose(
                        mistakes.size() > MOST_PICTURES
                                ? "The " + MOST_PICTURES + " most confident of " + mistakes.size() + " mistakes."
                                : mistakes.size() == 1
                                        ? "The only mistake."
                                        : "All " + mistakes.size() + " mistakes, the most confident first.")
                .figures(pictures());
    }

    private Table metrics() {
        Table.Builder table = Table.titled("Metrics").columns("images").numeric("accuracy", "loss");
        results.divergence().ifPresent(d -> table.row("training", Cell.of(DivergedNet.cell(d)).bad(), ""));
        Evaluation validation = results.bestEpoch().validation();
        if (validation != null) {
            table.row(
                    "validation, epoch " + results.bestEpoch().number() + " of " + results.epochsAsked(),
                    Cell.decimals(validation.accuracy(), 4),
                    Cell.decimals(validation.loss(), 4));
        }
        return table.row("test", Cell.decimals(results.testAccuracy(), 4), Cell.decimals(results.testLoss(), 4))
                .build();
    }

    private Table mostConfused() {
        Table.Builder table = Table.titled("Most confused").columns("true class", "predicted").numeric("images");
        results.matrix()
                .mostConfused(MOST_CONFUSED)
                .forEach(c -> table.row(names().get(c.actual()), names().get(c.predicted()), c.count()));
        return table.build();
    }

    private PictureGrid pictures() {
        List<Picture> pictures = new ArrayList<>();
        float[] image = new float[material.images.inputShape().elements()];
        for (Mistake m : mistakes.stream().limit(MOST_PICTURES).toList()) {
            material.images.input(m.index, image, 0);
            pictures.add(
                    Picture.of(
                            material.images.inputShape(),
                            image,
                            String.format(
                                    Locale.ROOT,
                                    "true %s → predicted %s, %s",
                                    names().get(m.truth),
                                    Classifier.name(names(), m.predicted),
                                    Numbers.percent(m.confidence, 0))));
        }
        return PictureGrid.flowing(
                "mistakes", "Mistakes", "True class, predicted class, and the confidence of the net.", pictures);
    }

    private LineChart curve(
            String quantity, ToDoubleFunction<History.Epoch> train, ToDoubleFunction<Evaluation> validation) {
        List<History.Epoch> epochs = results.epochs();
        LineChart.Builder chart =
                LineChart.learningCurves(quantity, Words.sentence(quantity), quantity, results.epochsAsked())
                        .line("training", Hue.BLUE, epochs.stream().mapToDouble(train).toArray());
        if (results.validated()) {
            chart.add(
                    new Series(
                            "validation",
                            "",
                            Hue.BLUE,
                            Series.Style.DASHED,
                            epochs.stream().mapToDouble(History.Epoch::number).toArray(),
                            epochs.stream()
                                    .map(History.Epoch::validation)
                                    .mapToDouble(v -> v == null ? Double.NaN : validation.applyAsDouble(v))
                                    .toArray()));
        }
        return chart.build();
    }
}

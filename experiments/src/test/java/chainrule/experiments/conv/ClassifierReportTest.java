package chainrule.experiments.conv;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.data.ByteImages;
import chainrule.experiments.model.Answers;
import chainrule.experiments.report.Block;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.RunFacts;
import chainrule.tensor.Shape;
import chainrule.train.Evaluation;
import chainrule.train.History;
import chainrule.train.metric.Argmax;
import chainrule.train.metric.ConfusionMatrix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** The sentences of the report depend on the results, which are made up here. */
class ClassifierReportTest {
    private static final List<String> CLASSES = List.of("ship", "airplane", "frog");
    private static final History.Divergence WHERE =
            new History.Divergence("loss", 3, 77, "dense1: 5 of 9 values NaN or infinite", 1.5);

    @TempDir Path folder;

    private static History.Epoch epoch(int number, double accuracy, Double validation) {
        return new History.Epoch(
                number, 1, accuracy, validation == null ? null : new Evaluation(.5, validation), 1, 100);
    }

    /** Answers with these predicted classes; the true ones are 0, 1, 2, 0, 1, 2 … */
    private static Answers answers(int... predicted) {
        ConfusionMatrix confusion = new ConfusionMatrix(CLASSES.size());
        List<double[]> rows = new ArrayList<>();
        for (int i = 0; i < predicted.length; i++) {
            double[] row = {.005, .005, .005};
            if (predicted[i] == Argmax.NO_ANSWER) {
                Arrays.fill(row, Double.NaN);
            } else {
                row[predicted[i]] = .99;
            }
            rows.add(row);
            confusion.add(i % 3, predicted[i]);
        }
        return new Answers(rows, .25, confusion);
    }

    private static ClassifierResults results(
            boolean bestKept, int asked, List<History.Epoch> epochs, Answers answers, DivergedNet... diverged) {
        return new ClassifierResults(
                10,
                List.of(),
                asked,
                bestKept,
                answers.accuracy(),
                answers.loss(),
                answers.confusion().total() - answers.correct(),
                epochs.getLast(),
                100,
                ClassifierResults.counts(answers.confusion()),
                ClassifierResults.noAnswers(answers.confusion()),
                epochs,
                List.of(),
                List.of(diverged));
    }

    private Report report(String recipe, ClassifierResults results, Answers answers) {
        int images = answers.probabilities().size();
        byte[] labels = new byte[images];
        for (int i = 0; i < images; i++) {
            labels[i] = (byte) (i % 3);
        }
        ByteImages test = new ByteImages("test", Shape.of(4, 4, 1), new byte[16 * images], labels, CLASSES);
        LinkedHashMap<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("recipe", recipe);
        RunFacts facts = new RunFacts("mnist-cnn", configuration, null, 1);
        ClassifierResults again = Json.read(Json.read(facts.json(results)), ClassifierResults.class);
        Report report =
                new ClassifierReport(
                                facts, again, new ClassifierReport.Material("", test, answers, 1), "Title", "Compared.")
                        .report();
        OutputDirectory.open(folder).write(report); // every figure can be drawn
        return report;
    }

    private static String prose(Report report) {
        return report.lead()
                + " "
                + report.facts()
                + " "
                + report.sections().stream()
                        .flatMap(s -> s.blocks().stream())
                        .filter(b -> b instanceof Block.Prose)
                        .map(b -> ((Block.Prose) b).text())
                        .collect(Collectors.joining(" "));
    }

    private static LineChart curve(Report report) {
        return (LineChart) report.figures().stream().filter(f -> f.name().equals("accuracy")).findFirst().orElseThrow();
    }

    private static final List<History.Epoch> VALIDATED =
            List.of(epoch(1, .5, .6), epoch(2, .7, .7), epoch(3, .9, .8), epoch(4, .8, .85));

    @Test
    void countsTheEpochsInWhichValidationIsAboveTraining() {
        Answers answers = answers(0, 1, 2, 1);
        Report report = report("Adam", results(true, 4, VALIDATED, answers), answers);
        assertThat(prose(report))
                .contains("Test accuracy .7500: 1 of 4 test images misclassified.")
                .contains("Best epoch by validation accuracy: 4 of 4 (.8500).")
                .contains("above the training accuracy in 2 of 4 epochs")
                .doesNotContain("DIVERGED", "smoothed", "Training ended", "predicts", "average over");
        Figure mistakes = report.figures().stream().filter(f -> f.name().equals("mistakes")).findFirst().orElseThrow();
        assertThat(mistakes.toString()).contains("true ship → predicted airplane, 99 %");
    }

    @Test
    void omitsValidationWithoutValidationSet() {
        Answers answers = answers(0, 1, 2, 1);
        List<History.Epoch> epochs = List.of(epoch(1, .5, null), epoch(2, .7, null));
        Report report = report("SGD, label smoothing 0.2", results(false, 2, epochs, answers), answers);
        assertThat(prose(report))
                .contains("The weights are those of the last epoch, 2 of 2. No validation set was held out.")
                .contains("smoothed labels")
                .doesNotContain("Dashed", "validation accuracy");
        assertThat(curve(report).series()).hasSize(1);
        assertThat(curve(report).svg(false)).doesNotContain("NaN", "validation");
    }

    @Test
    void divergedNetIsNoSuccess() {
        Answers answers = answers(0, 1, 2, 1);
        DivergedNet diverged = new DivergedNet("mnist-cnn", WHERE);
        Report report = report("Adam", results(true, 30, VALIDATED.subList(0, 2), answers, diverged), answers);
        assertThat(report.lead())
                .startsWith("The net diverged in epoch 3 of 30.")
                .contains("those of the best epoch before it diverged in epoch 3, by validation accuracy: 2 (.7000)");
        assertThat(report.facts().getFirst().name()).isEqualTo("DIVERGED");
        assertThat(report.sections().getFirst().blocks().getFirst().toString()).contains("diverged in epoch 3");
        assertThat(curve(report).xRange()).containsExactly(1, 30);
        Report last = report("SGD", results(false, 30, VALIDATED.subList(0, 2), answers, diverged), answers);
        assertThat(last.lead()).contains("those of the last finite step, in epoch 3");
    }

    @Test
    void countsImagesWithoutAnAnswer() {
        Answers answers = answers(0, Argmax.NO_ANSWER, 2, Argmax.NO_ANSWER);
        ClassifierResults results = results(true, 4, VALIDATED, answers);
        assertThat(results.notFinite()).isEqualTo("no answer for 2 of 4 test images");
        Report report = report("Adam", results, answers);
        assertThat(report.lead()).contains("2 of 4 test images misclassified. No answer for 2 of 4 test images");
        assertThat(report.figures().toString()).contains("true ship → predicted no answer");
        assertThat(results(true, 4, VALIDATED, answers(0, 1)).notFinite()).isEmpty();
    }

    @Test
    void mentionsATrainingThatEndedEarly() {
        Answers answers = answers(0, 1, 2, 1);
        Report report = report("Adam", results(true, 30, VALIDATED, answers), answers);
        assertThat(prose(report)).contains("Training ended after epoch 4 of 30.");
        assertThat(curve(report).xRange()).containsExactly(1, 30);
    }

    @Test
    void constantPredictionsShowNoLearning() {
        Answers answers = answers(2, 2, 2, 2, 2, 2);
        Report report = report("Adam", results(true, 4, VALIDATED, answers), answers);
        assertThat(report.lead()).contains("The net predicts frog for every image: it has learned nothing.");
    }

    @Test
    void showsNoMistakesOfAPerfectNet() {
        Answers answers = answers(0, 1, 2);
        Report report = report("Adam", results(true, 4, VALIDATED, answers), answers);
        assertThat(prose(report))
                .contains("Test accuracy 1.0000: none of 3 test images misclassified.", "made no mistake")
                .doesNotContain("All 0");
        assertThat(report.figures()).noneMatch(f -> f.name().equals("mistakes"));
    }
}

package chainrule.experiments.conv;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.conv.AdversarialResults.Example;
import chainrule.experiments.conv.AdversarialResults.Original;
import chainrule.experiments.report.Assignment;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.Report;
import chainrule.experiments.study.RunFacts;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;

class AdversarialReportTest {
    @TempDir Path folder;

    private static Example example(String sample, String target, double confidence, double rounded, double ssim) {
        String predicted = confidence > .5 ? target : sample;
        return new Example(
                0, sample, target, predicted, confidence, rounded > .5 ? target : sample, rounded, .01, 1, .2, ssim);
    }

    private Report report(Original original, Example... examples) {
        AdversarialResults results = AdversarialResults.of(.9, List.of(original), List.of(examples));
        double[] black = new double[16];
        Report report =
                new AdversarialReport(
                                new RunFacts("mnist-adversarial", new LinkedHashMap<>(), null, 1),
                                results,
                                new AdversarialReport.Pixels(
                                        Shape.of(4, 4, 1), List.of(black), Collections.nCopies(examples.length, black)),
                                new AdversarialReport.Wording("Title", "red is brighter", Assignment.DIGITS_READABLE))
                        .report();
        OutputDirectory.open(folder).write(report);
        return report;
    }

    private static final Original SEVEN = new Original("a 7", "7", "7", .998);

    /** A correct classification is no success: it is neither counted nor part of a mean. */
    @Test
    void leavesOutPairsWhoseTargetIsTheTrueClass() {
        Report report =
                report(
                        SEVEN,
                        example("7", "1", .92, .91, .5),
                        example("7", "7", 1, 1, 1),
                        example("7", "3", .90, .88, .7),
                        example("7", "4", .20, .20, .6));
        assertThat(report.lead())
                .startsWith("The original, a 7, is predicted as 7 with a confidence of .998.")
                .contains("2 of 3 adversarial examples are predicted as the target class")
                .contains("at least .90, 1 after the pixels are rounded to 8 bits")
                .contains("confidence .673 (.663 after 8-bit rounding)", "SSIM with the original .600 (lowest .500)")
                .contains("The largest change of a pixel is .200 of the range, or 51 of 255 levels.");
        assertThat(report.sections().toString())
                .contains("left out", "asked no person", "“a human is still able to classify the digit correctly”")
                .contains("true class 7", "predicted 7; target 20.0 %");
    }

    @Test
    void describesASinglePair() {
        assertThat(report(SEVEN, example("7", "1", .95, .95, .5)).lead())
                .contains("1 of 1 adversarial example is predicted as the target class");
    }

    @Test
    void reportsNoAttackForTheTrueClassOnly() {
        Report report = report(SEVEN, example("7", "7", 1, 1, 1));
        assertThat(report.lead()).endsWith("No target differs from the true class, so nothing was attacked.");
        assertThat(report.sections().toString()).doesNotContain("Every pair", "What a person sees");
    }

    @Test
    void namesAMisclassifiedOriginal() {
        Report report = report(new Original("a 7", "7", "1", .6), example("7", "3", .95, .95, .5));
        assertThat(report.lead()).startsWith("The original, a 7, is predicted as 1 with a confidence of .600.");
    }
}

package chainrule.experiments.dense;

import static chainrule.experiments.dense.MadeUp.facts;
import static chainrule.experiments.dense.MadeUp.words;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.dense.ActivationRanges.Range;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Stream;

class ActivationReportTest {
    private static String report(Range measured, String... activations) {
        ActivationRanges ranges = new ActivationRanges(measured, measured, measured, measured, measured);
        List<ActivationResults.Measured> all =
                Stream.of(activations).map(a -> new ActivationResults.Measured(a, ranges)).toList();
        return words(new ActivationReport(facts(), new ActivationResults(2001, 25, all)).report());
    }

    @Test
    void showsTheIntervalsOfTheResults() {
        assertThat(report(new Range(-49.975, 2499.99981), "relu").replace('\u00a0', ' '))
                .contains("[−49.975, 2499.9998]", "over 2,001 inputs from −25 to 25", "inputs up to ±25 lead");
        assertThat(report(new Range(-1e-26, 2500), "relu").replace('\u00a0', ' ')).contains("[0, 2500]");
    }

    @Test
    void discussesOnlyTheRangesOfShownFunctions() {
        Range unit = new Range(-1, 1);
        assertThat(report(unit, "tanh"))
                .contains("For tanh it derives [−1, +1], which contains the range (−8/27, 8/27).")
                .doesNotContain("For ReLU", "the error reaches");
        assertThat(report(unit, "sigmoid", "relu"))
                .contains("For sigmoid it derives [0, 0.25], which does not contain the range (−8/27, 8/27)")
                .contains(
                        "For ReLU it derives [0, +∞], which does not contain the range (−∞, ∞): the error has both"
                                + " signs.")
                .doesNotContain("For tanh it");
    }
}

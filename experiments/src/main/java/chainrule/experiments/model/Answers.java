package chainrule.experiments.model;

import chainrule.data.Dataset;
import chainrule.train.metric.ConfusionMatrix;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a net said to every example of a data set.
 *
 * @param probabilities of all classes, a row per example, in order; NaN for an example without an answer
 * @param loss mean cross-entropy −log p of the true class; for a net with one output this is the binary cross-entropy
 * @param confusion true classes against the most probable ones; it counts the examples without an answer
 */
public record Answers(List<double[]> probabilities, double loss, ConfusionMatrix confusion) {
    /** From the logarithms of the probabilities, whose differences do not underflow. */
    static Answers of(Dataset data, List<double[]> logarithms) {
        ConfusionMatrix confusion = new ConfusionMatrix(data.classNames().size());
        double loss = 0;
        for (int i = 0; i < logarithms.size(); i++) {
            double[] row = logarithms.get(i);
            loss -= row[data.label(i)];
            confusion.add(data.label(i), Classifier.argMax(row));
        }
        List<double[]> probabilities = logarithms.stream().map(Answers::probabilities).toList();
        return new Answers(probabilities, loss / logarithms.size(), confusion);
    }

    static double[] probabilities(double[] logarithms) {
        return Arrays.stream(logarithms).map(StrictMath::exp).toArray();
    }

    /** Share of examples classified as labelled, 0 to 1. */
    public double accuracy() {
        return confusion.accuracy();
    }

    /**
     * How many examples have no answer, and whether the loss is finite: nothing if all is well.
     *
     * @return "no answer for 3 of 20 images", for a message
     */
    public Optional<String> notFinite() {
        if (confusion.noAnswer() > 0) {
            return Optional.of(
                    String.format(
                            Locale.ROOT, "no answer for %d of %d images", confusion.noAnswer(), confusion.total()));
        }
        return Double.isFinite(loss) ? Optional.empty() : Optional.of("the loss is " + loss);
    }

    /** How many examples were classified as labelled. */
    public long correct() {
        return confusion.correct();
    }
}

package chainrule.experiments.model;

import chainrule.data.Dataset;
import chainrule.train.metric.ConfusionMatrix;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The predictions of a net for every example of a data set.
 *
 * @param probabilities of all classes, one row per example; NaN for an example without an answer
 * @param loss mean cross-entropy −log p of the true class; for a net with one output this is the binary cross-entropy
 * @param confusion true and predicted classes, including the examples without an answer
 */
public record Answers(List<double[]> probabilities, double loss, ConfusionMatrix confusion) {
    /** Creates the answers from log-probabilities, which do not underflow. */
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

    /** The fraction of correctly classified examples. */
    public double accuracy() {
        return confusion.accuracy();
    }

    /**
     * Describes examples without an answer or a loss that is not finite.
     *
     * @return "no answer for 3 of 20 images"; empty if everything is finite
     */
    public Optional<String> notFinite() {
        if (confusion.noAnswer() > 0) {
            return Optional.of(
                    String.format(
                            Locale.ROOT, "no answer for %d of %d images", confusion.noAnswer(), confusion.total()));
        }
        return Double.isFinite(loss) ? Optional.empty() : Optional.of("the loss is " + loss);
    }

    /** The number of correctly classified examples. */
    public long correct() {
        return confusion.correct();
    }
}

package chainrule.train.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Counts examples by actual and predicted class. Undefined metrics are NaN: the recall of a class without examples, the
 * precision of a class that was never predicted. Averages over classes ignore them.
 *
 * <p>An example whose scores determine no class ({@link Argmax}) has no answer. It counts as an example of its class
 * and as wrong, but not as a prediction of any class.
 */
public final class ConfusionMatrix {
    private final int classes;
    private final long[][] counts;
    private final long[] noAnswer;

    /**
     * A kind of error.
     *
     * @param actual the true class
     * @param predicted the predicted class
     * @param count the number of examples
     */
    public record Confusion(int actual, int predicted, long count) {}

    /** Creates an empty matrix. @param classes the number of classes */
    public ConfusionMatrix(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("confusion matrix of " + classes + " classes, expected at least 1");
        }
        this.classes = classes;
        this.counts = new long[classes][classes];
        this.noAnswer = new long[classes];
    }

    /**
     * Adds a batch of predictions: the class with the largest score, the first of them on a tie.
     *
     * @param scores logits or probabilities, a row of {@code classes} per label
     */
    public void add(double[] scores, int[] labels) {
        int rows = Rows.require("confusion matrix", scores, classes, classes, labels);
        for (int row = 0; row < rows; row++) {
            tally(labels[row], Argmax.of(scores, classes, row));
        }
    }

    /**
     * Adds a batch of predictions of a net with two classes and one output: a logit above 0 predicts class 1.
     *
     * @param logits one per label
     */
    public void addLogits(double[] logits, int[] labels) {
        if (classes != 2) {
            throw new IllegalArgumentException(
                    "confusion matrix: a single logit distinguishes 2 classes, not " + classes + " classes");
        }
        int rows = Rows.require("confusion matrix", logits, 1, classes, labels);
        for (int row = 0; row < rows; row++) {
            tally(labels[row], Argmax.ofLogit(logits[row]));
        }
    }

    /** Adds one example. @param predicted a class, or {@link Argmax#NO_ANSWER} */
    public void add(int actual, int predicted) {
        Rows.requireClass("confusion matrix", actual, classes);
        if (predicted != Argmax.NO_ANSWER) {
            Rows.requireClass("confusion matrix", predicted, classes);
        }
        tally(actual, predicted);
    }

    private void tally(int actual, int predicted) {
        if (predicted == Argmax.NO_ANSWER) {
            noAnswer[actual]++;
        } else {
            counts[actual][predicted]++;
        }
    }

    public int classes() {
        return classes;
    }

    /** Returns the number of examples of class {@code actual} for which {@code predicted} was predicted. */
    public long count(int actual, int predicted) {
        return counts[actual][predicted];
    }

    /** Returns the number of examples of class c, with or without an answer. */
    public long actual(int c) {
        return noAnswer[c] + IntStream.range(0, classes).mapToLong(p -> counts[c][p]).sum();
    }

    /** Returns the number of examples of class c without an answer. */
    public long noAnswer(int c) {
        return noAnswer[c];
    }

    /** Returns the number of examples without an answer. */
    public long noAnswer() {
        return LongStream.of(noAnswer).sum();
    }

    /** Returns the number of examples for which class c was predicted. */
    public long predicted(int c) {
        return IntStream.range(0, classes).mapToLong(a -> counts[a][c]).sum();
    }

    /** Returns the number of examples. */
    public long total() {
        return IntStream.range(0, classes).mapToLong(this::actual).sum();
    }

    /** Returns the number of correct predictions. */
    public long correct() {
        return IntStream.range(0, classes).mapToLong(c -> counts[c][c]).sum();
    }

    /** Returns correct predictions / all examples. */
    public double accuracy() {
        return (double) correct() / total();
    }

    /** Returns the fraction of predictions of class c that are correct. */
    public double precision(int c) {
        return (double) counts[c][c] / predicted(c);
    }

    /** Returns the fraction of examples of class c that are predicted correctly. */
    public double recall(int c) {
        return (double) counts[c][c] / actual(c);
    }

    /** Returns the harmonic mean of precision and recall, 2 correct / (actual + predicted). */
    public double f1(int c) {
        return 2.0 * counts[c][c] / (actual(c) + predicted(c));
    }

    /**
     * Returns the mean recall over the classes with examples: 1/classes for guessing, even if the classes are
     * imbalanced.
     */
    public double balancedAccuracy() {
        return mean(this::recall);
    }

    /** Returns the mean F1 over the classes that have examples or predictions. */
    public double macroF1() {
        return mean(this::f1);
    }

    private double mean(IntToDoubleFunction perClass) {
        return IntStream.range(0, classes)
                .mapToDouble(perClass)
                .filter(v -> !Double.isNaN(v))
                .average()
                .orElse(Double.NaN);
    }

    /** Returns the {@code limit} most frequent errors, most frequent first, ties ordered by class. */
    public List<Confusion> mostConfused(int limit) {
        List<Confusion> mistakes = new ArrayList<>();
        for (int a = 0; a < classes; a++) {
            for (int p = 0; p < classes; p++) {
                if (a != p && counts[a][p] > 0) {
                    mistakes.add(new Confusion(a, p, counts[a][p]));
                }
            }
        }
        mistakes.sort(Comparator.comparingLong(Confusion::count).reversed());
        return List.copyOf(mistakes.subList(0, Math.min(limit, mistakes.size())));
    }
}

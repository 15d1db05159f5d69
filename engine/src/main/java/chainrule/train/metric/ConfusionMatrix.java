package chainrule.train.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * How often an example of one class was taken for another. What cannot be known is NaN: the recall of a class without
 * examples, the precision of a class that was never said; averages over classes leave those out.
 *
 * <p>An example whose scores determine no class ({@link Argmax}) has no answer. It is an example of its class and counts
 * as wrong, but no class was predicted for it.
 */
public final class ConfusionMatrix {
    private final int classes;
    private final long[][] counts;
    private final long[] noAnswer;

    /**
     * One kind of mistake.
     *
     * @param actual the true class
     * @param predicted what it was taken for
     * @param count how often
     */
    public record Confusion(int actual, int predicted, long count) {}

    /** Of no examples. @param classes how many classes there are */
    public ConfusionMatrix(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("confusion matrix of " + classes + " classes, expected at least 1");
        }
        this.classes = classes;
        this.counts = new long[classes][classes];
        this.noAnswer = new long[classes];
    }

    /**
     * Adds a batch of answers; the class with the largest score was said, the first one on a tie.
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
     * Adds a batch of answers of a net with two classes and one output: a logit above 0 says class 1.
     *
     * @param logits one per label
     */
    public void addLogits(double[] logits, int[] labels) {
        if (classes != 2) {
            throw new IllegalArgumentException(
                    "confusion matrix: a single logit tells 2 classes apart, not " + classes + " classes");
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

    /** How often {@code actual} was taken for {@code predicted}. */
    public long count(int actual, int predicted) {
        return counts[actual][predicted];
    }

    /** Examples of that class, with an answer or without. */
    public long actual(int c) {
        return noAnswer[c] + IntStream.range(0, classes).mapToLong(p -> counts[c][p]).sum();
    }

    /** Examples of that class that have no answer. */
    public long noAnswer(int c) {
        return noAnswer[c];
    }

    /** All examples that have no answer. */
    public long noAnswer() {
        return LongStream.of(noAnswer).sum();
    }

    /** Answers that said that class. */
    public long predicted(int c) {
        return IntStream.range(0, classes).mapToLong(a -> counts[a][c]).sum();
    }

    /** All examples. */
    public long total() {
        return IntStream.range(0, classes).mapToLong(this::actual).sum();
    }

    /** Correct answers. */
    public long correct() {
        return IntStream.range(0, classes).mapToLong(c -> counts[c][c]).sum();
    }

    /** Correct answers / all examples. */
    public double accuracy() {
        return (double) correct() / total();
    }

    /** Of the answers that said c, the share that was right. */
    public double precision(int c) {
        return (double) counts[c][c] / predicted(c);
    }

    /** Of the examples of c, the share that was found. */
    public double recall(int c) {
        return (double) counts[c][c] / actual(c);
    }

    /** The harmonic mean of precision and recall, 2·hits / (actual + predicted). */
    public double f1(int c) {
        return 2.0 * counts[c][c] / (actual(c) + predicted(c));
    }

    /** The mean recall over the classes that have examples: 1/classes for guessing, however uneven the classes are. */
    public double balancedAccuracy() {
        return mean(this::recall);
    }

    /** The mean F1 over the classes that have examples or were said. */
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

    /** The {@code limit} most frequent mistakes, most frequent first, equal ones by class. */
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

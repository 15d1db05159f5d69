package chainrule.experiments.mask;

import chainrule.data.Dataset;
import chainrule.experiments.model.Answers;
import chainrule.experiments.model.Classifier;
import chainrule.train.History;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One trained net and its results on the held-out faces.
 *
 * @param heldOut the held-out faces, as bytes/255
 * @param history of its training
 * @param curve scores of the weights of some epochs, by epoch; may be empty
 * @param answers for the held-out faces, averaged over all test-time views; null if the net diverged
 * @param scores of these answers; null if the net diverged
 * @param plain scores for a single view; null if the net diverged
 * @param seconds of training and evaluation
 */
record Trial(
        Split split,
        Dataset heldOut,
        History history,
        SortedMap<Integer, Scores> curve,
        Answers answers,
        Scores scores,
        Scores plain,
        double seconds) {
    private static final int MOST_RIGHT = 24;

    static Trial diverged(Split split, Dataset heldOut, History history, double seconds) {
        return new Trial(split, heldOut, history, new TreeMap<>(), null, null, null, seconds);
    }

    boolean is(String kind) {
        return split.kind().word().equals(kind);
    }

    /** The part that results.json holds. */
    MaskResults.OneRun result(FaceMask data) {
        List<History.Epoch> epochs = history.epochs();
        return new MaskResults.OneRun(
                split.kind().word(),
                split.seed(),
                split.train().length,
                split.sharedPhotoFaces(data),
                scores,
                plain,
                seconds,
                epochs.isEmpty() ? Double.NaN : epochs.getLast().imagesPerSecond(),
                epochs,
                curve.isEmpty() ? null : curve,
                answers == null ? null : answered(data),
                history.divergence().orElse(null),
                history.explosions());
    }

    private MaskResults.Answered answered(FaceMask data) {
        List<Integer> wrong =
                places().filter(i -> !right(i))
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> confidence(i)).reversed())
                        .toList();
        List<Integer> right =
                places().filter(this::right).boxed().sorted(Comparator.comparingDouble(this::confidence)).toList();
        int shown = Math.min(MOST_RIGHT, right.size());
        List<double[]> roc = roc();
        return new MaskResults.Answered(
                roc.stream().mapToDouble(p -> p[0]).toArray(),
                roc.stream().mapToDouble(p -> p[1]).toArray(),
                wrong.stream().map(i -> shown(data, i)).toList(),
                IntStream.range(0, shown)
                        .mapToObj(i -> shown(data, right.get(shown == 1 ? 0 : i * (right.size() - 1) / (shown - 1))))
                        .toList());
    }

    private IntStream places() {
        return IntStream.range(0, split.heldOut().length);
    }

    private MaskResults.ShownFace shown(FaceMask data, int i) {
        Face face = data.faces().get(split.heldOut()[i]);
        return new MaskResults.ShownFace(split.heldOut()[i], face.kind().words(), face.pixels(), masked(i));
    }

    /** False-positive and true-positive rate at every threshold that changes either, the strictest first. */
    private List<double[]> roc() {
        List<Integer> order =
                places().boxed().sorted(Comparator.comparingDouble((Integer i) -> masked(i)).reversed()).toList();
        double positive = order.stream().filter(i -> heldOut.label(i) == 1).count();
        List<double[]> points = new ArrayList<>();
        int found = 0;
        for (int i = 0; i < order.size(); i++) {
            found += heldOut.label(order.get(i));
            boolean tied = i + 1 < order.size() && masked(order.get(i)) == masked(order.get(i + 1));
            if (!tied) {
                points.add(new double[] {(i + 1 - found) / (order.size() - positive), found / positive});
            }
        }
        return points;
    }

    /** The predicted probability that the i-th held-out face wears a mask. */
    double masked(int i) {
        return answers.probabilities().get(i)[1];
    }

    /** The predicted class of the i-th held-out face, or {@link chainrule.train.metric.Argmax#NO_ANSWER}. */
    int predicted(int i) {
        return Classifier.argMax(answers.probabilities().get(i));
    }

    boolean right(int i) {
        return predicted(i) == heldOut.label(i);
    }

    /** The probability of the predicted class, .5 to 1. */
    double confidence(int i) {
        return Math.max(masked(i), 1 - masked(i));
    }
}

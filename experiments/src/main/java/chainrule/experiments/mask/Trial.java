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
 * One net of the study and how it does on the faces held out from it.
 *
 * @param held those faces, as bytes/255
 * @param history of its training
 * @param curve the scores on the held-out faces after some epochs, taken when training was over; empty where not asked
 *     for
 * @param answers to the held-out faces, all test-time views averaged; null if the net diverged
 * @param scores of these answers; null if the net diverged
 * @param plain scores of its answers to the faces as they are; null if the net diverged
 * @param seconds it took
 */
record Trial(
        Split split,
        Dataset held,
        History history,
        SortedMap<Integer, Scores> curve,
        Answers answers,
        Scores scores,
        Scores plain,
        double seconds) {
    private static final int MOST_RIGHT = 24;

    static Trial diverged(Split split, Dataset held, History history, double seconds) {
        return new Trial(split, held, history, new TreeMap<>(), null, null, null, seconds);
    }

    boolean is(String kind) {
        return split.kind().word().equals(kind);
    }

    /** What is kept of it in results.json. */
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
        return IntStream.range(0, split.held().length);
    }

    private MaskResults.ShownFace shown(FaceMask data, int i) {
        Face face = data.faces().get(split.held()[i]);
        return new MaskResults.ShownFace(split.held()[i], face.kind().words(), face.pixels(), masked(i));
    }

    /** False-positive and true-positive rate at every threshold that changes either, from the strictest on. */
    private List<double[]> roc() {
        List<Integer> order =
                places().boxed().sorted(Comparator.comparingDouble((Integer i) -> masked(i)).reversed()).toList();
        double positive = order.stream().filter(i -> held.label(i) == 1).count();
        List<double[]> points = new ArrayList<>();
        int found = 0;
        for (int i = 0; i < order.size(); i++) {
            found += held.label(order.get(i));
            boolean tied = i + 1 < order.size() && masked(order.get(i)) == masked(order.get(i + 1));
            if (!tied) {
                points.add(new double[] {(i + 1 - found) / (order.size() - positive), found / positive});
            }
        }
        return points;
    }

    /** What the net says about the i-th held-out face: how probably it wears a mask. */
    double masked(int i) {
        return answers.probabilities().get(i)[1];
    }

    /** The class it is taken for, or {@link chainrule.train.metric.Argmax#NO_ANSWER}. */
    int said(int i) {
        return Classifier.argMax(answers.probabilities().get(i));
    }

    boolean right(int i) {
        return said(i) == held.label(i);
    }

    /** How sure the net is of what it says, .5 to 1. */
    double confidence(int i) {
        return Math.max(masked(i), 1 - masked(i));
    }
}

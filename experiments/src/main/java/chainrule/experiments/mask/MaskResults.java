package chainrule.experiments.mask;

import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.StudyResults;
import chainrule.train.History;

import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The results of the study. Means and tallies leave out the nets that diverged.
 *
 * @param faces of the data set
 * @param kinds its faces of each annotated class
 * @param medianPixels median of the shorter sides of all faces
 * @param tinyFaces faces in the first size range
 * @param size side of a face at the input of the net
 * @param margin of context around it
 * @param epochsAsked planned epochs of every run
 * @param skipped photos that could not be read, each with the reason
 * @param boxesLeftOut boxes that are reversed, empty or outside their photo, each with the reason
 * @param hiddenFiles number of ignored files
 * @param choosing true if the runs compare options on photos that no reported split holds out
 * @param means by split
 * @param tallies by split, over all of its runs
 * @param runs one per net
 */
record MaskResults(
        int faces,
        int photos,
        List<Kind> kinds,
        double medianPixels,
        int tinyFaces,
        int size,
        double margin,
        int epochsAsked,
        List<String> skipped,
        List<String> boxesLeftOut,
        int hiddenFiles,
        boolean choosing,
        SortedMap<String, Means> means,
        SortedMap<String, Tallies> tallies,
        List<OneRun> runs,
        List<DivergedNet> diverged)
        implements StudyResults {
    /** An annotated class and the number of its faces. */
    record Kind(String name, int faces) {}

    /** Means over the runs of a split. */
    record Means(
            int runs, double accuracy, double accuracyDeviation, double loss, double balancedAccuracy, double rocAuc) {}

    /** Correct answers by size of the face and by annotated class. */
    record Tallies(List<Tally> bySize, List<Tally> byKind) {}

    /** The number of faces in a group, and of those classified correctly. */
    record Tally(String name, int faces, int right) {
        double accuracy() {
            return (double) right / faces;
        }
    }

    /**
     * One net.
     *
     * @param sharedPhotoFaces number of held-out faces with a training face on the same photo or on a copy of it
     * @param scores of the saved model, with its test-time views; null if the net diverged
     * @param withoutTestTimeViews scores for a single view; null if the net diverged
     * @param heldOutByEpoch scores on the held-out faces after some epochs; null if not measured
     * @param answers null if the net diverged, or if an earlier version did not record them
     * @param divergence null if there was none
     */
    record OneRun(
            String split,
            long seed,
            int trainingFaces,
            int sharedPhotoFaces,
            Scores scores,
            Scores withoutTestTimeViews,
            double seconds,
            double imagesPerSecond,
            List<History.Epoch> epochs,
            SortedMap<Integer, Scores> heldOutByEpoch,
            Answered answers,
            History.Divergence divergence,
            List<History.Explosion> explosions) {
        Split.Kind kind() {
            return MaskResults.kind(split);
        }

        /** "by face, seed 2". */
        String words() {
            return "by " + split + ", seed " + seed;
        }

        /** The number of misclassified held-out faces. */
        long wrong() {
            return scores.faces() - Math.round(scores.accuracy() * scores.faces());
        }
    }

    /**
     * The predictions of a net for its held-out faces.
     *
     * @param falsePositiveRate of each threshold, the strictest first
     * @param truePositiveRate of the same thresholds
     * @param wrong misclassified faces, the most confident first
     * @param right correctly classified faces, evenly spaced from the least to the most confident
     */
    record Answered(
            double[] falsePositiveRate, double[] truePositiveRate, List<ShownFace> wrong, List<ShownFace> right) {}

    /**
     * A face and its prediction.
     *
     * @param face its index in the data set
     * @param kind its annotated class
     * @param pixels its shorter side in the photo
     * @param masked predicted probability of a mask
     */
    record ShownFace(int face, String kind, double pixels, double masked) {}

    @Override
    public int netCount() {
        return runs.size();
    }

    /** The kind of split with this name. */
    static Split.Kind kind(String word) {
        return Split.Kind.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** The kinds of splits, in order. */
    List<Split.Kind> splits() {
        return runs.stream().map(OneRun::kind).distinct().toList();
    }

    List<OneRun> of(Split.Kind kind) {
        return runs.stream().filter(run -> run.kind() == kind).toList();
    }

    /** The runs of a kind of split whose nets did not diverge. */
    List<OneRun> finished(Split.Kind kind) {
        return of(kind).stream().filter(run -> run.scores() != null).toList();
    }

    SummaryStatistics over(Split.Kind kind, ToDoubleFunction<Scores> score) {
        return over(finished(kind), score);
    }

    private static SummaryStatistics over(List<OneRun> runs, ToDoubleFunction<Scores> score) {
        SummaryStatistics statistics = new SummaryStatistics();
        runs.forEach(run -> statistics.addValue(score.applyAsDouble(run.scores())));
        return statistics;
    }

    static MaskResults of(FaceMask data, FaceCrop crop, int epochsAsked, List<Trial> trials, boolean choosing) {
        List<OneRun> runs = trials.stream().map(trial -> trial.result(data)).toList();
        double[] pixels = data.faces().stream().mapToDouble(Face::pixels).sorted().toArray();
        SortedMap<String, Means> means = new TreeMap<>();
        SortedMap<String, Tallies> tallies = new TreeMap<>();
        for (String split : runs.stream().map(OneRun::split).distinct().toList()) {
            List<OneRun> finished =
                    runs.stream().filter(run -> run.split().equals(split) && run.scores() != null).toList();
            if (!finished.isEmpty()) {
                means.put(split, means(finished));
                tallies.put(split, tallies(data, trials.stream().filter(t -> t.is(split)).toList()));
            }
        }
        return new MaskResults(
                data.faces().size(),
                data.photos().size(),
                Arrays.stream(FaceKind.values())
                        .map(kind -> new Kind(kind.words(), count(data, face -> face.kind() == kind)))
                        .toList(),
                pixels[pixels.length / 2],
                count(data, FaceSize.ALL[0]::has),
                crop.size(),
                crop.margin(),
                epochsAsked,
                data.skipped(),
                data.leftOut(),
                data.hidden(),
                choosing,
                means,
                tallies,
                runs,
                trials.stream()
                        .flatMap(t -> t.history().divergence().stream().map(d -> new DivergedNet(t.split().words(), d)))
                        .toList());
    }

    private static int count(FaceMask data, Predicate<Face> which) {
        return (int) data.faces().stream().filter(which).count();
    }

    private static Means means(List<OneRun> runs) {
        SummaryStatistics accuracy = over(runs, Scores::accuracy);
        return new Means(
                (int) accuracy.getN(),
                accuracy.getMean(),
                accuracy.getStandardDeviation(),
                over(runs, Scores::loss).getMean(),
                over(runs, Scores::balancedAccuracy).getMean(),
                over(runs, Scores::rocAuc).getMean());
    }

    private static Tallies tallies(FaceMask data, List<Trial> trials) {
        return new Tallies(
                Arrays.stream(FaceSize.ALL).map(size -> tally(data, trials, size.words(), size::has)).toList(),
                Arrays.stream(FaceKind.values())
                        .map(kind -> tally(data, trials, kind.words(), face -> face.kind() == kind))
                        .toList());
    }

    private static Tally tally(FaceMask data, List<Trial> trials, String name, Predicate<Face> which) {
        int faces = 0;
        int right = 0;
        for (Trial trial : trials) {
            if (trial.answers() != null) {
                int[] heldOut = trial.split().heldOut();
                int[] here =
                        IntStream.range(0, heldOut.length)
                                .filter(i -> which.test(data.faces().get(heldOut[i])))
                                .toArray();
                faces += here.length;
                right += (int) IntStream.of(here).filter(trial::right).count();
            }
        }
        return new Tally(name, faces, right);
    }
}

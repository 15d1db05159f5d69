package chainrule.experiments.mask;

import chainrule.experiments.report.DivergedNet;
import chainrule.experiments.report.StudyResults;
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
 * What the study found. Means, tallies and the curve of every figure leave out the nets that diverged.
 *
 * @param faces of the data set
 * @param kinds its faces of each annotated class
 * @param medianPixels of the shorter side of all faces
 * @param tinyFaces faces smaller than the first of the size classes ends
 * @param size side of a face as the net gets it
 * @param margin round it
 * @param epochsAsked of every run
 * @param skipped photos that could not be read, each with the reason
 * @param boxesLeftOut reversed, empty or outside their photo, each with its place
 * @param hiddenFiles that were ignored
 * @param choosing whether the runs were measured on photos to choose by, not on a split that is reported
 * @param means by split
 * @param tallies by split, of all its runs together
 * @param runs one a net
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
    /** An annotated class and how many faces have it. */
    record Kind(String name, int faces) {}

    /** Means over the runs of a split. */
    record Means(
            int runs, double accuracy, double accuracyDeviation, double loss, double balancedAccuracy, double rocAuc) {}

    /** Correct answers by size of the face and by annotated class. */
    record Tallies(List<Tally> bySize, List<Tally> byKind) {}

    /** How many faces of that name, and how many of them were classified correctly. */
    record Tally(String name, int faces, int right) {
        double accuracy() {
            return (double) right / faces;
        }
    }

    /**
     * One net.
     *
     * @param sharedPhotoFaces how many held-out faces have a training face on the same photo or on a copy of it
     * @param scores of the saved model's way to answer; null if the net diverged
     * @param withoutTestTimeViews of its answers to the faces as they are; null if the net diverged
     * @param heldOutByEpoch scores on the held-out faces after some epochs; null where not measured
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

        /** How many held-out faces were misclassified. */
        long wrong() {
            return scores.faces() - Math.round(scores.accuracy() * scores.faces());
        }
    }

    /**
     * What a net answered to the faces held out from it.
     *
     * @param falsePositiveRate of each threshold, from the strictest on
     * @param truePositiveRate as many
     * @param wrong misclassified faces, the most confident first
     * @param right correctly classified faces, evenly spaced from the least to the most confident
     */
    record Answered(
            double[] falsePositiveRate, double[] truePositiveRate, List<ShownFace> wrong, List<ShownFace> right) {}

    /**
     * A face and the answer to it.
     *
     * @param face its number in the data set
     * @param kind its annotated class
     * @param pixels of its shorter side in the photo
     * @param masked how probably it wears a mask
     */
    record ShownFace(int face, String kind, double pixels, double masked) {}

    @Override
    public int netCount() {
        return runs.size();
    }

    /** The split of that word. */
    static Split.Kind kind(String word) {
        return Split.Kind.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** The ways the faces were split, in order. */
    List<Split.Kind> splits() {
        return runs.stream().map(OneRun::kind).distinct().toList();
    }

    List<OneRun> of(Split.Kind kind) {
        return runs.stream().filter(run -> run.kind() == kind).toList();
    }

    /** The runs of that split whose nets did not diverge. */
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
                int[] held = trial.split().held();
                int[] here =
                        IntStream.range(0, held.length).filter(i -> which.test(data.faces().get(held[i]))).toArray();
                faces += here.length;
                right += (int) IntStream.of(here).filter(trial::right).count();
            }
        }
        return new Tally(name, faces, right);
    }
}

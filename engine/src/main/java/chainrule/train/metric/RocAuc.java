package chainrule.train.metric;

import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;

import java.util.stream.DoubleStream;

/**
 * The area under the receiver operating characteristic: the probability that a positive example scores higher than a
 * negative one, where equal scores count one half. It needs no threshold and does not depend on the class frequencies.
 *
 * <p>Computed from ranks: AUC = (R₊ − n₊ (n₊ + 1)/2) / (n₊ n₋), where R₊ is the sum of the positives' ranks among all
 * scores (Hanley and McNeil 1982).
 */
public final class RocAuc {
    private RocAuc() {}

    /**
     * Returns the area for scores that are higher for positive examples.
     *
     * @return NaN unless there are both positives and negatives, and if a score is NaN: it has no rank, and leaving it
     *     out would favor nets that fail on hard examples
     */
    public static double of(double[] scores, boolean[] positive) {
        if (scores.length != positive.length) {
            throw new IllegalArgumentException(
                    "ROC AUC: " + scores.length + " scores for " + positive.length + " examples");
        }
        if (scores.length == 0 || DoubleStream.of(scores).anyMatch(Double::isNaN)) {
            return Double.NaN;
        }
        double[] ranks = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE).rank(scores);
        double rankSum = 0;
        double positives = 0;
        for (int i = 0; i < ranks.length; i++) {
            if (positive[i]) {
                rankSum += ranks[i];
                positives++;
            }
        }
        return (rankSum - positives * (positives + 1) / 2) / (positives * (scores.length - positives));
    }

    /** Returns the area for class c against all others, from column c of the scores. */
    public static double oneVersusRest(double[] scores, int classes, int[] labels, int c) {
        int rows = Rows.require("ROC AUC", scores, classes, classes, labels);
        Rows.requireClass("ROC AUC", c, classes);
        double[] column = new double[rows];
        boolean[] positive = new boolean[rows];
        for (int row = 0; row < rows; row++) {
            column[row] = scores[row * classes + c];
            positive[row] = labels[row] == c;
        }
        return of(column, positive);
    }

    /**
     * Returns the mean of {@link #oneVersusRest} over the classes for which it is defined; scores should be
     * probabilities.
     *
     * @return NaN if there are no such classes or if a score is NaN
     */
    public static double macro(double[] scores, int classes, int[] labels) {
        if (DoubleStream.of(scores).anyMatch(Double::isNaN)) {
            return Double.NaN;
        }
        double sum = 0;
        int known = 0;
        for (int c = 0; c < classes; c++) {
            double auc = oneVersusRest(scores, classes, labels, c);
            if (!Double.isNaN(auc)) {
                sum += auc;
                known++;
            }
        }
        return sum / known;
    }
}

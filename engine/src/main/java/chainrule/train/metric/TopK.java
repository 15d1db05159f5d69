package chainrule.train.metric;

/** The share of examples whose class is among the k with the largest scores. */
public final class TopK {
    private TopK() {}

    /**
     * Of equal scores the first counts as larger, so that k = 1 is the accuracy. An example without an answer
     * ({@link Argmax}) is never a hit.
     *
     * @param scores logits or probabilities, a row of {@code classes} per label
     * @return NaN if there are no labels
     */
    public static double accuracy(double[] scores, int classes, int[] labels, int k) {
        if (k < 1 || k > classes) {
            throw new IllegalArgumentException("top-" + k + " accuracy: k must be in 1 … " + classes);
        }
        int rows = Rows.require("top-" + k + " accuracy", scores, classes, classes, labels);
        int hits = 0;
        for (int row = 0; row < rows; row++) {
            double own = scores[row * classes + labels[row]];
            int better = 0;
            for (int c = 0; c < classes; c++) {
                double other = scores[row * classes + c];
                if (other > own || other == own && c < labels[row]) {
                    better++;
                }
            }
            hits += better < k && Argmax.of(scores, classes, row) != Argmax.NO_ANSWER ? 1 : 0;
        }
        return (double) hits / rows;
    }
}

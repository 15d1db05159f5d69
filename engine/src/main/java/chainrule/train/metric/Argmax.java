package chainrule.train.metric;

/**
 * The class that a row of scores predicts: the one with the largest score, the first one on a tie.
 *
 * <p>A row has no answer if a score is NaN or the largest score is not finite: its softmax is NaN in every entry then,
 * and any class would be made up. Scores of −∞ are fine beside a finite one.
 */
public final class Argmax {
    /** What a row without an answer predicts: no class. */
    public static final int NO_ANSWER = -1;

    private Argmax() {}

    /** The class with the largest score, or {@link #NO_ANSWER}. */
    public static int of(double[] scores) {
        return of(scores, scores.length, 0);
    }

    /** Of one row of a matrix with {@code classes} columns. */
    static int of(double[] scores, int classes, int row) {
        int from = row * classes;
        int best = 0;
        for (int c = 0; c < classes; c++) {
            double score = scores[from + c];
            if (Double.isNaN(score)) {
                return NO_ANSWER;
            }
            if (score > scores[from + best]) {
                best = c;
            }
        }
        return Double.isFinite(scores[from + best]) ? best : NO_ANSWER;
    }

    /** Of a net with two classes and one output z, whose logits are 0 and z. */
    static int ofLogit(double z) {
        return Double.isNaN(z) || z == Double.POSITIVE_INFINITY ? NO_ANSWER : z > 0 ? 1 : 0;
    }
}

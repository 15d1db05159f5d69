package chainrule.train.metric;

/**
 * The class that a row of scores predicts: the class with the largest score, the first of them on a tie.
 *
 * <p>A row has no answer if a score is NaN or the largest score is not finite: all elements of its softmax are NaN
 * then, and any class would be arbitrary. Scores of −∞ are valid if another score is finite.
 */
public final class Argmax {
    /** The result for a row without an answer. */
    public static final int NO_ANSWER = -1;

    private Argmax() {}

    /** Returns the class with the largest score, or {@link #NO_ANSWER}. */
    public static int of(double[] scores) {
        return of(scores, scores.length, 0);
    }

    /** Returns the class that one row of a matrix with {@code classes} columns predicts. */
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

    /** Returns the class that a single output z for two classes predicts, where the logits are 0 and z. */
    static int ofLogit(double z) {
        return Double.isNaN(z) || z == Double.POSITIVE_INFINITY ? NO_ANSWER : z > 0 ? 1 : 0;
    }
}

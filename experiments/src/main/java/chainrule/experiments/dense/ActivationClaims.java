package chainrule.experiments.dense;

import chainrule.backend.Elementwise;
import chainrule.experiments.dense.ActivationRanges.Range;
import chainrule.experiments.report.Assignment;

import java.util.Arrays;

/**
 * What can be proved about ∂E/∂w of one weight of an output unit, one example, targets in [0, 1] with one class right;
 * v = Σ w·x, and x, what the weight is multiplied with, is an activation of the same kind.
 *
 * @param squaredDirect E = ½Σe², outputs y = f(v): the gradient is (y − t)·f′(v)·x
 * @param squaredSoftmax E = ½Σe² behind a softmax: ∂E/∂v lies in [−8/27, 8/27]
 * @param crossEntropy behind a softmax: ∂E/∂v = y − t, in (−1, 1)
 * @param directBound the largest |∂E/∂w| of the first; infinite if there is none
 * @param softmaxBound of the second
 * @param crossEntropyBound of the third
 * @param assignment the range the assignment's report derives; null if it derives none
 */
record ActivationClaims(
        String squaredDirect,
        String squaredSoftmax,
        String crossEntropy,
        double directBound,
        double softmaxBound,
        double crossEntropyBound,
        Assignment assignment) {
    private static final double INFINITE = Double.POSITIVE_INFINITY;

    static ActivationClaims of(Elementwise f) {
        return switch (f) {
            case SIGMOID ->
                    new ActivationClaims(
                            "(−4/27, 4/27)",
                            "(−8/27, 8/27)",
                            "(−1, 1)",
                            4.0 / 27,
                            8.0 / 27,
                            1,
                            Assignment.RANGE_SIGMOID);
            case TANH ->
                    new ActivationClaims(
                            "(−32/27, 32/27)",
                            "(−8/27, 8/27)",
                            "(−1, 1)",
                            32.0 / 27,
                            8.0 / 27,
                            1,
                            Assignment.RANGE_TANH);
            case RELU -> unbounded(Assignment.RANGE_RELU);
            case LECUN -> unbounded(Assignment.RANGE_LECUN);
            case LEAKY_RELU, GELU, IDENTITY -> unbounded(null);
        };
    }

    private static ActivationClaims unbounded(Assignment assignment) {
        String all = "(−∞, ∞)";
        return new ActivationClaims(all, all, all, INFINITE, INFINITE, INFINITE, assignment);
    }

    /** The two ends of the assignment's range. */
    Range assigned() {
        String ends = assignment.text().replace("[", "").replace("]", "").replace("\\infty", "Infinity");
        double[] numbers = Arrays.stream(ends.split(",")).map(String::strip).mapToDouble(Double::parseDouble).toArray();
        return new Range(numbers[0], numbers[1]);
    }

    /** The largest |∂E/∂w| in the net that the assignment derives its range for: LeCun's under cross-entropy. */
    double boundOfItsNet() {
        return assignment == Assignment.RANGE_LECUN ? crossEntropyBound : softmaxBound;
    }

    /** Its true range there. */
    String rangeOfItsNet() {
        return assignment == Assignment.RANGE_LECUN ? crossEntropy : squaredSoftmax;
    }

    /** Whether the assignment's range contains the true one. */
    boolean assignedContainsTrue() {
        return assigned().min() <= -boundOfItsNet() && assigned().max() >= boundOfItsNet();
    }
}

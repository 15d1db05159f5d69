package chainrule.experiments.dense;

import chainrule.backend.Elementwise;
import chainrule.experiments.dense.ActivationRanges.Range;
import chainrule.experiments.report.Assignment;
import chainrule.layer.Activation;

import java.util.Arrays;

/**
 * Proved ranges of ∂E/∂w for one weight of an output unit and one example with a one-hot target. v = Σ w·x; the input
 * x of the weight is an activation of the same kind.
 *
 * @param squaredDirect E = ½Σe², outputs y = f(v): the gradient is (y − t)·f′(v)·x
 * @param squaredSoftmax E = ½Σe² behind a softmax: ∂E/∂v lies in [−8/27, 8/27]
 * @param crossEntropy behind a softmax: ∂E/∂v = y − t, in (−1, 1)
 * @param directBound the largest |∂E/∂w| for squaredDirect; infinite if there is none
 * @param softmaxBound the same for squaredSoftmax
 * @param crossEntropyBound the same for crossEntropy
 * @param assignment the range in the assignment's report; null if there is none
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
            default -> {
                if (isBounded(f)) {
                    throw new IllegalArgumentException(
                            "activations: no range of ∂E/∂w is derived for " + f.label() + "; leave it out");
                }
                yield unbounded(null);
            }
        };
    }

    /** True if the values of f have limits on both sides. An unbounded f makes all ranges unbounded. */
    private static boolean isBounded(Elementwise f) {
        return Double.isFinite(f.value(Double.NEGATIVE_INFINITY, Activation.DEFAULT_SLOPE))
                && Double.isFinite(f.value(Double.POSITIVE_INFINITY, Activation.DEFAULT_SLOPE));
    }

    private static ActivationClaims unbounded(Assignment assignment) {
        String all = "(−∞, ∞)";
        return new ActivationClaims(all, all, all, INFINITE, INFINITE, INFINITE, assignment);
    }

    /** The assignment's range. */
    Range assigned() {
        String ends = assignment.text().replace("[", "").replace("]", "").replace("\\infty", "Infinity");
        double[] numbers = Arrays.stream(ends.split(",")).map(String::strip).mapToDouble(Double::parseDouble).toArray();
        return new Range(numbers[0], numbers[1]);
    }

    /** The largest |∂E/∂w| in the net of the assignment's derivation: cross-entropy for LeCun, else squared error. */
    double boundOfItsNet() {
        return assignment == Assignment.RANGE_LECUN ? crossEntropyBound : softmaxBound;
    }

    /** The true range in the net of the assignment's derivation. */
    String rangeOfItsNet() {
        return assignment == Assignment.RANGE_LECUN ? crossEntropy : squaredSoftmax;
    }

    /** True if the assignment's range contains the true one. */
    boolean assignedContainsTrue() {
        return assigned().min() <= -boundOfItsNet() && assigned().max() >= boundOfItsNet();
    }
}

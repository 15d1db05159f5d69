package chainrule.experiments.dense;

import chainrule.backend.Elementwise;

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
 * @param assignment the range the assignment's report derives
 */
record ActivationClaims(
        String squaredDirect,
        String squaredSoftmax,
        String crossEntropy,
        double directBound,
        double softmaxBound,
        double crossEntropyBound,
        String assignment) {
    private static final double INFINITE = Double.POSITIVE_INFINITY;

    static ActivationClaims of(Elementwise f) {
        return switch (f) {
            case SIGMOID ->
                    new ActivationClaims(
                            "(−4/27, 4/27)", "(−8/27, 8/27)", "(−1, 1)", 4.0 / 27, 8.0 / 27, 1, "[0, 0.25]");
            case TANH ->
                    new ActivationClaims(
                            "(−32/27, 32/27)", "(−8/27, 8/27)", "(−1, 1)", 32.0 / 27, 8.0 / 27, 1, "[−1, 1]");
            case RELU -> unbounded("[0, ∞]");
            case LECUN -> unbounded("[−∞, ∞]");
            case LEAKY_RELU, GELU, IDENTITY -> unbounded("");
        };
    }

    private static ActivationClaims unbounded(String assignment) {
        String all = "(−∞, ∞)";
        return new ActivationClaims(all, all, all, INFINITE, INFINITE, INFINITE, assignment);
    }
}

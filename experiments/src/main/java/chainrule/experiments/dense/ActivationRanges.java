package chainrule.experiments.dense;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.Scope;
import chainrule.layer.Activation;
import chainrule.loss.Loss;
import chainrule.op.Apply;
import chainrule.op.Softmax;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * The ranges of an activation function f and of the gradient ∂E/∂w, measured with the engine's forward and backward
 * pass over a sweep of inputs.
 *
 * @param value of f(v), v from −50 to 50
 * @param derivative of f′(v)
 * @param squaredDirect of ∂E/∂w for E = ½Σe² and output units with this activation
 * @param squaredSoftmax of ∂E/∂w for E = ½Σe² and softmax outputs
 * @param crossEntropy of ∂E/∂w for cross-entropy and softmax outputs
 */
record ActivationRanges(Range value, Range derivative, Range squaredDirect, Range squaredSoftmax, Range crossEntropy) {
    static final double REACH = 50;
    static final int POINTS = 200_001;
    private static final int LOGITS = 121;

    /** The smallest and the largest value. */
    record Range(double min, double max) {
        static Range of(double[] values) {
            return new Range(
                    Arrays.stream(values).min().orElse(Double.NaN), Arrays.stream(values).max().orElse(Double.NaN));
        }

        Range union(Range other) {
            return new Range(Math.min(min, other.min), Math.max(max, other.max));
        }

        /** The range of all products of a value of this range and one of the other. */
        Range times(Range other) {
            return Range.of(new double[] {min * other.min, min * other.max, max * other.min, max * other.max});
        }
    }

    static ActivationRanges measure(Backend k, Activation activation) {
        Elementwise f = activation.function();
        double a = activation.slope();
        double[] sweep = sweep(POINTS, REACH);
        Shape column = Shape.of(POINTS, 1);
        double[] value = run(k, sweep, column, (tape, v) -> tape.run(new Apply(f, a, v)), false);
        double[] derivative = run(k, sweep, column, (tape, v) -> tape.run(new Apply(f, a, v)), true);
        Range inputs = Range.of(value); // the inputs x of a weight: activations of the layer before
        Range direct =
                outputGradient(k, sweep, column, 0, (tape, v) -> tape.run(new Apply(f, a, v)))
                        .union(outputGradient(k, sweep, column, 1, (tape, v) -> tape.run(new Apply(f, a, v))));
        double[] logits = threeClasses();
        Shape rows = Shape.of(logits.length / 3, 3);
        Range squared =
                Range.of(
                        perExample(
                                k,
                                logits,
                                rows,
                                (tape, v) ->
                                        tape.run(
                                                Loss.HALF_SUM_SQUARES.of(
                                                        tape.run(new Softmax(v)), firstClass(k, rows)))));
        Range crossEntropy =
                Range.of(
                        perExample(
                                k,
                                logits,
                                rows,
                                (tape, v) -> tape.run(Loss.SOFTMAX_CROSS_ENTROPY.of(v, firstClass(k, rows)))));
        return new ActivationRanges(
                inputs, Range.of(derivative), direct.times(inputs), squared.times(inputs), crossEntropy.times(inputs));
    }

    /** ∂E/∂v for E = ½(f(v) − t)². */
    private static Range outputGradient(
            Backend k, double[] sweep, Shape column, double t, BiFunction<Tape, Tensor, Tensor> f) {
        double[] targets = new double[sweep.length];
        Arrays.fill(targets, t);
        return Range.of(
                perExample(
                        k,
                        sweep,
                        column,
                        (tape, v) ->
                                tape.run(
                                        Loss.HALF_SUM_SQUARES.of(
                                                f.apply(tape, v), Tensor.constant(k, "t", column, targets)))));
    }

    /** The gradient of each example's loss: the loss is a mean over the examples, so multiply by their number. */
    private static double[] perExample(
            Backend k, double[] values, Shape shape, BiFunction<Tape, Tensor, Tensor> meanLoss) {
        double[] gradient = run(k, values, shape, meanLoss, true);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= shape.size(0);
        }
        return gradient;
    }

    /** The function values, or the gradient for ∂L/∂y = 1 everywhere. */
    private static double[] run(
            Backend k, double[] values, Shape shape, BiFunction<Tape, Tensor, Tensor> function, boolean gradient) {
        try (Scope _ = k.openScope("sweep")) {
            Tape tape = new Tape(k);
            Tensor v = Tensor.variable(k, "v", shape, values);
            Tensor y = function.apply(tape, v);
            if (!gradient) {
                return k.download(y.buffer());
            }
            double[] ones = new double[y.shape().elements()];
            Arrays.fill(ones, 1);
            Tensor dy = Tensor.constant(k, "dy", y.shape(), ones);
            return k.download(tape.backward(y, dy, (_, _) -> {}).of(v).buffer());
        }
    }

    private static double[] sweep(int points, double reach) {
        double[] v = new double[points];
        for (int i = 0; i < points; i++) {
            v[i] = -reach + 2 * reach * i / (points - 1);
        }
        return v;
    }

    /** All pairs of logits from a grid; the third logit is 0, since adding a constant to all three changes nothing. */
    private static double[] threeClasses() {
        double[] grid = sweep(LOGITS, 30);
        double[] logits = new double[LOGITS * LOGITS * 3];
        for (int i = 0; i < LOGITS * LOGITS; i++) {
            logits[3 * i] = grid[i / LOGITS];
            logits[3 * i + 1] = grid[i % LOGITS];
        }
        return logits;
    }

    private static Tensor firstClass(Backend k, Shape rows) {
        double[] target = new double[rows.elements()];
        for (int i = 0; i < target.length; i += 3) {
            target[i] = 1;
        }
        return Tensor.constant(k, "target", rows, target);
    }
}

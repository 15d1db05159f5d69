package chainrule.probe;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.Gradients;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Compares every entry of every analytic gradient with the central difference (L(w + h) − L(w − h)) / 2h.
 *
 * <pre>{@code
 * GradientCheck.of(net, Loss.SOFTMAX_CROSS_ENTROPY, x, target).assertCorrect();
 * GradientCheck.of(backend, tape -> tape.run(new MatMul(a, b)), a, b).assertCorrect();
 * }</pre>
 *
 * Use it on the reference backend, in float64: with h = 1e-5 most entries of a small net agree to nine digits and all to
 * seven. In float32 h is 0.008, most agree to four digits and some to two only, and an entry may fail because a kink,
 * such as that of ReLU, lies within h. A result y that is not a single number is reduced to one as Σ_all(c ⊙ y) with
 * fixed random c, so that each entry of y counts.
 *
 * @param entries every entry compared, in the order of the tensors
 * @param tolerance the largest relative error that passes
 */
public record GradientCheck(List<Entry> entries, double tolerance) {
    private static final double FLOAT64 = 1e-6;
    private static final double FLOAT32 = 1e-2;

    /**
     * One entry of one tensor.
     *
     * @param tensor the name of the tensor
     * @param index the position in it, row-major
     * @param analytic what backward computed
     * @param numeric the central difference
     */
    public record Entry(String tensor, int index, double analytic, double numeric) {
        /** |analytic − numeric| / max(1e-3, |analytic| + |numeric|): relative, but absolute for tiny gradients. */
        public double error() {
            double error = Math.abs(analytic - numeric) / Math.max(1e-3, Math.abs(analytic) + Math.abs(numeric));
            return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s[%d]: analytic %.9g, numeric %.9g, error %.2g",
                    tensor,
                    index,
                    analytic,
                    numeric,
                    error());
        }
    }

    /** Checks all trainable parameters of a net on one batch, in inference mode. */
    public static GradientCheck of(Sequential net, Loss loss, Tensor x, Tensor target) {
        Tensor[] parameters = net.parameters().stream().filter(Parameter::differentiable).toArray(Tensor[]::new);
        return of(net.backend(), tape -> tape.run(loss.of(net.forward(tape, x), target)), parameters);
    }

    /** Checks any function of some variables, which it must read afresh from their buffers at every call. */
    public static GradientCheck of(Backend k, Function<Tape, Tensor> function, Tensor... variables) {
        List<double[]> analytic = new ArrayList<>();
        double h = 2 * Math.cbrt(k.unitRoundoff()); // balances the truncation error h² against the rounding error u/h
        double[] weights;
        try (Scope _ = k.openScope("gradient check")) {
            Tape tape = new Tape(k);
            Tensor y = function.apply(tape);
            weights = weights(y);
            Gradients gradients = tape.backward(y, Tensor.constant(k, "dy", y.shape(), weights), (_, _) -> {});
            for (Tensor v : variables) {
                analytic.add(k.download(gradients.of(v).buffer()));
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < variables.length; i++) {
            Tensor v = variables[i];
            double[] values = k.download(v.buffer());
            for (int j = 0; j < values.length; j++) {
                double original = values[j];
                double above = at(k, function, weights, v, values, j, original + h);
                double below = at(k, function, weights, v, values, j, original - h);
                values[j] = original;
                k.upload(values, v.buffer());
                entries.add(new Entry(v.name(), j, analytic.get(i)[j], (above - below) / (2 * h)));
            }
        }
        return new GradientCheck(entries, k.unitRoundoff() < 0x1p-40 ? FLOAT64 : FLOAT32);
    }

    private static double at(
            Backend k, Function<Tape, Tensor> function, double[] weights, Tensor v, double[] values, int j, double to) {
        values[j] = to;
        k.upload(values, v.buffer());
        try (Scope _ = k.openScope("central difference")) {
            double[] y = k.download(function.apply(new Tape(k)).buffer());
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                sum += weights[i] * y[i];
            }
            return sum;
        }
    }

    private static double[] weights(Tensor y) {
        double[] weights = new double[y.shape().elements()];
        RandomStream random = RandomStream.of(1, "gradient check");
        for (int i = 0; i < weights.length; i++) {
            weights[i] = weights.length == 1 ? 1 : random.gaussian(i);
        }
        return weights;
    }

    /** The same comparison under another tolerance. */
    public GradientCheck withTolerance(double other) {
        return new GradientCheck(entries, other);
    }

    /** The entries whose error is over the tolerance. */
    public List<Entry> wrong() {
        return entries.stream().filter(e -> e.error() > tolerance).toList();
    }

    /** The largest error of all entries. */
    public double worst() {
        return entries.stream().mapToDouble(Entry::error).max().orElse(0);
    }

    /** @throws AssertionError naming the wrong entries: tensor, index, analytic and numeric value */
    public void assertCorrect() {
        List<Entry> wrong = wrong();
        if (entries.isEmpty()) {
            throw new AssertionError("nothing was checked: no differentiable tensor was given");
        }
        if (!wrong.isEmpty()) {
            StringBuilder message =
                    new StringBuilder(wrong.size() + " of " + entries.size() + " gradient entries are wrong");
            wrong.stream().limit(10).forEach(e -> message.append("\n  ").append(e));
            throw new AssertionError(message.toString());
        }
    }
}

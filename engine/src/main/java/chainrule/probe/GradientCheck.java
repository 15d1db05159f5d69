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
 * Compares every element of every analytic gradient with the central difference (L(w + h) − L(w − h)) / (2h).
 *
 * <pre>{@code
 * GradientCheck.of(net, Loss.SOFTMAX_CROSS_ENTROPY, x, target).assertCorrect();
 * GradientCheck.of(backend, tape -> tape.run(new MatMul(a, b)), a, b).assertCorrect();
 * }</pre>
 *
 * Use it on the reference backend, in float64: with h = 1e-5 most elements of a small net agree to nine digits and all
 * to seven. In float32 h is 0.008, most elements agree to four digits and some only to two, and an element may fail if
 * a kink, such as ReLU's at 0, is within h. A result y with more than one element is reduced to the scalar Σ_all(c ⊙ y)
 * with fixed random c, so that each element of y contributes.
 *
 * @param entries all compared elements, in the order of the tensors
 * @param tolerance the largest relative error that passes
 */
public record GradientCheck(List<Entry> entries, double tolerance) {
    private static final double FLOAT64 = 1e-6;
    private static final double FLOAT32 = 1e-2;

    /**
     * The comparison of one element.
     *
     * @param tensor the name of the tensor
     * @param index the position in the tensor, row-major
     * @param analytic the result of the backward pass
     * @param numeric the central difference
     */
    public record Entry(String tensor, int index, double analytic, double numeric) {
        /**
         * Returns |analytic − numeric| / max(1e-3, |analytic| + |numeric|): relative, but absolute for tiny gradients.
         */
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

    /** Checks a function of the given variables; the function must read their buffers again at every call. */
    public static GradientCheck of(Backend backend, Function<Tape, Tensor> function, Tensor... variables) {
        List<double[]> analytic = new ArrayList<>();
        double h = 2 * Math.cbrt(backend.unitRoundoff()); // balances the truncation error h² against the rounding error
        // u/h
        double[] weights;
        try (Scope _ = backend.openScope("gradient check")) {
            Tape tape = new Tape(backend);
            Tensor y = function.apply(tape);
            weights = weights(y);
            Gradients gradients = tape.backward(y, Tensor.constant(backend, "dy", y.shape(), weights), (_, _) -> {});
            for (Tensor v : variables) {
                analytic.add(backend.download(gradients.of(v)));
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < variables.length; i++) {
            Tensor v = variables[i];
            double[] values = backend.download(v);
            for (int j = 0; j < values.length; j++) {
                double original = values[j];
                double above = at(backend, function, weights, v, values, j, original + h);
                double below = at(backend, function, weights, v, values, j, original - h);
                values[j] = original;
                backend.upload(values, v);
                entries.add(new Entry(v.name(), j, analytic.get(i)[j], (above - below) / (2 * h)));
            }
        }
        return new GradientCheck(entries, backend.unitRoundoff() < 0x1p-40 ? FLOAT64 : FLOAT32);
    }

    private static double at(
            Backend backend,
            Function<Tape, Tensor> function,
            double[] weights,
            Tensor v,
            double[] values,
            int j,
            double to) {
        values[j] = to;
        backend.upload(values, v);
        try (Scope _ = backend.openScope("central difference")) {
            double[] y = backend.download(function.apply(new Tape(backend)));
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

    /** Returns the same comparison with another tolerance. */
    public GradientCheck withTolerance(double other) {
        return new GradientCheck(entries, other);
    }

    /** Returns the entries whose error exceeds the tolerance. */
    public List<Entry> wrong() {
        return entries.stream().filter(e -> e.error() > tolerance).toList();
    }

    /** Returns the largest error. */
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

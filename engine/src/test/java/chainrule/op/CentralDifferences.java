package chainrule.op;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.tensor.Gradients;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Compares every entry of every analytic gradient with (L(v + h) − L(v − h)) / 2h, where L = Σ c ⊙ y, c random. */
public final class CentralDifferences {
    private static final double STEP = 1e-5;

    private CentralDifferences() {}

    /** The function must read the variables' buffers afresh whenever it is called. */
    public static void check(Backend k, Function<Tape, Tensor> function, Tensor... variables) {
        List<double[]> analytic = new ArrayList<>();
        double[] weights;
        try (Scope _ = k.openScope("analytic")) {
            Tape tape = new Tape(k);
            Tensor y = function.apply(tape);
            weights = normal(99, y.shape().elements());
            Tensor dy = Tensor.constant(k, "dy", y.shape(), weights);
            Gradients gradients = tape.backward(y, dy, (_, _) -> {});
            for (Tensor v : variables) {
                analytic.add(k.download(gradients.of(v).buffer()));
            }
        }
        for (int i = 0; i < variables.length; i++) {
            double[] values = k.download(variables[i].buffer());
            for (int j = 0; j < values.length; j++) {
                double above = at(k, function, weights, variables[i], values, j, values[j] + STEP);
                double below = at(k, function, weights, variables[i], values, j, values[j] - STEP);
                k.upload(values, variables[i].buffer());
                double numeric = (above - below) / (2 * STEP);
                double scale = Math.max(1e-2, Math.abs(numeric));
                assertThat(Math.abs(analytic.get(i)[j] - numeric) / scale)
                        .as("%s[%d]: analytic %s, numeric %s", variables[i], j, analytic.get(i)[j], numeric)
                        .isLessThan(1e-6);
            }
        }
    }

    private static double at(
            Backend k, Function<Tape, Tensor> function, double[] weights, Tensor v, double[] values, int j, double to) {
        double[] changed = values.clone();
        changed[j] = to;
        k.upload(changed, v.buffer());
        try (Scope _ = k.openScope("numeric")) {
            double[] y = k.download(function.apply(new Tape(k)).buffer());
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                sum += weights[i] * y[i];
            }
            return sum;
        }
    }

    /** Normal numbers. */
    public static double[] normal(long seed, int n) {
        RandomStream random = RandomStream.of(seed, "values");
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.gaussian(i);
        }
        return values;
    }

    /** A variable of normal numbers. */
    public static Tensor variable(Backend k, String name, long seed, int... sizes) {
        Shape shape = Shape.of(sizes);
        return Tensor.variable(k, name, shape, normal(seed, shape.elements()));
    }

    /** A variable whose numbers all differ by at least 0.1, so that no maximum changes hands within a step. */
    public static Tensor distinct(Backend k, String name, long seed, int... sizes) {
        Shape shape = Shape.of(sizes);
        int[] order = RandomStream.of(seed, "order").permutation(shape.elements());
        double[] values = new double[order.length];
        for (int i = 0; i < order.length; i++) {
            values[i] = 0.1 * (order[i] - order.length / 2);
        }
        return Tensor.variable(k, name, shape, values);
    }
}

package chainrule.op;

import chainrule.backend.Backend;
import chainrule.probe.GradientCheck;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.function.Function;

/** Tensors for tests, and the check that most tests make. */
public final class TestTensors {
    private TestTensors() {}

    /** Compares every entry of every gradient with central differences. */
    public static void check(Backend backend, Function<Tape, Tensor> function, Tensor... variables) {
        GradientCheck.of(backend, function, variables).assertCorrect();
    }

    /** Normally distributed values. */
    public static double[] normal(long seed, int n) {
        RandomStream random = RandomStream.of(seed, "values");
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.gaussian(i);
        }
        return values;
    }

    /** A variable of normally distributed values. */
    public static Tensor variable(Backend backend, String name, long seed, int... sizes) {
        Shape shape = Shape.of(sizes);
        return Tensor.variable(backend, name, shape, normal(seed, shape.elements()));
    }

    /** A variable whose values differ by at least 0.1, so that a finite difference does not change which is the maximum. */
    public static Tensor distinct(Backend backend, String name, long seed, int... sizes) {
        Shape shape = Shape.of(sizes);
        int[] order = RandomStream.of(seed, "order").permutation(shape.elements());
        double[] values = new double[order.length];
        for (int i = 0; i < order.length; i++) {
            values[i] = 0.1 * (order[i] - order.length / 2);
        }
        return Tensor.variable(backend, name, shape, values);
    }
}

package chainrule.op;

import chainrule.MainClasses;
import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.Window;
import chainrule.loss.BinaryCrossEntropy;
import chainrule.loss.SoftmaxCrossEntropy;
import chainrule.loss.SquaredError;
import chainrule.tensor.Op;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Samples of every op on random operands, of several shapes, sizes of 1 among them: a new op needs some here. */
final class OpSamples {
    private static final List<Sample> ALL = new ArrayList<>();

    /**
     * One op and its operands.
     *
     * @param smooth false where the op has a kink so close that differences say nothing of its derivative
     */
    record Sample(Class<? extends Op> type, String operands, boolean smooth, Function<Backend, Op> op) {
        @Override
        public String toString() {
            return type.getSimpleName() + " " + operands;
        }
    }

    static {
        matrices();
        elementwise();
        rows();
        images();
        losses();
    }

    private OpSamples() {}

    static Stream<Sample> all() {
        return ALL.stream();
    }

    static Stream<Sample> smooth() {
        return all().filter(Sample::smooth);
    }

    /** Every op of the engine, with a sample or without. */
    static Stream<Class<? extends Op>> types() {
        return MainClasses.of(Op.class).stream();
    }

    private static void add(Class<? extends Op> type, String operands, Function<Backend, Op> op) {
        ALL.add(new Sample(type, operands, true, op));
    }

    private static void matrices() {
        for (int[] s : new int[][] {{4, 3, 2}, {1, 3, 2}, {4, 1, 3}, {3, 2, 1}, {1, 1, 1}}) {
            String sizes = s[0] + "×" + s[1] + "×" + s[2];
            add(MatMul.class, sizes, k -> new MatMul(v(k, "a", 1, s[0], s[1]), v(k, "b", 2, s[1], s[2])));
            Function<Backend, Tensor> x = k -> v(k, "x", 1, 2, s[0], s[1]);
            Function<Backend, Tensor> w = k -> v(k, "w", 2, s[1], s[2]);
            add(Affine.class, sizes, k -> new Affine(x.apply(k), w.apply(k), v(k, "b", 3, s[2])));
            add(Affine.class, sizes + " without bias", k -> new Affine(x.apply(k), w.apply(k), null));
        }
    }

    private static void elementwise() {
        for (int[] s : new int[][] {{4, 3}, {1, 5}, {3, 1}, {2, 3, 2, 2}, {7}}) {
            String shape = Shape.of(s).toString();
            add(Add.class, shape, k -> new Add(v(k, "a", 1, s), v(k, "b", 2, s)));
            add(Scale.class, shape, k -> new Scale(-1.7, v(k, "x", 1, s)));
            add(Reshape.class, shape, k -> flat(v(k, "x", 1, s)));
            add(Dropout.class, shape, k -> Dropout.of(k, v(k, "x", 1, s), 0.4, 5));
            for (Elementwise f : Elementwise.values()) {
                add(Map.class, f.label() + " " + shape, k -> new Map(f, 0.2, v(k, "x", 1, s)));
            }
        }
    }

    private static Reshape flat(Tensor x) {
        return new Reshape(x, Shape.of(x.shape().elements(), 1));
    }

    private static void rows() {
        for (int[] s : new int[][] {{4, 3}, {1, 5}, {3, 1}, {2, 3, 2, 4}}) {
            String shape = Shape.of(s).toString();
            add(Softmax.class, shape, k -> new Softmax(v(k, "x", 1, s)));
            int cols = s[s.length - 1];
            Function<Backend, Tensor> gamma = k -> v(k, "gamma", 2, cols);
            Function<Backend, Tensor> beta = k -> v(k, "beta", 3, cols);
            add(BatchNorm.class, shape, k -> BatchNorm.of(k, v(k, "x", 1, s), gamma.apply(k), beta.apply(k), 0.3));
            add(
                    Normalize.class,
                    shape,
                    k ->
                            new Normalize(
                                    v(k, "x", 1, s),
                                    constant(k, "mean", 4, false, cols),
                                    constant(k, "variance", 5, true, cols),
                                    gamma.apply(k),
                                    beta.apply(k),
                                    0.3));
        }
    }

    private static void images() {
        for (Window w :
                List.of(
                        Window.valid(4, 5, 2, 2, 3, 1, 2),
                        Window.same(4, 3, 2, 3, 2, 1, 1),
                        Window.same(5, 4, 1, 3, 3, 2, 3),
                        Window.same(3, 3, 3, 2, 2, 1, 1),
                        Window.valid(3, 2, 2, 3, 2, 1, 1),
                        Window.valid(1, 1, 1, 1, 1, 1, 1))) {
            Function<Backend, Tensor> x = k -> TestTensors.distinct(k, "x", 1, 2, w.height(), w.width(), w.channels());
            Function<Backend, Tensor> weight =
                    k -> v(k, "weight", 2, w.kernelHeight(), w.kernelWidth(), w.channels(), 3);
            add(
                    Convolution.class,
                    w.toString(),
                    k -> new Convolution(x.apply(k), weight.apply(k), v(k, "bias", 3, 3), w));
            add(Convolution.class, w + " no bias", k -> new Convolution(x.apply(k), weight.apply(k), null, w));
            add(MaxPool.class, w.toString(), k -> new MaxPool(x.apply(k), w));
            add(AveragePool.class, w.toString(), k -> new AveragePool(x.apply(k), w));
        }
        add(AveragePool.class, "global", k -> AveragePool.global(v(k, "x", 1, 2, 3, 4, 2)));
        Window w = Window.same(4, 3, 1, 2, 2, 1, 1);
        Function<Backend, Tensor> ties = k -> Tensor.variable(k, "x", Shape.of(1, 4, 3, 1), new double[12]);
        ALL.add(new Sample(MaxPool.class, "equal maxima", false, k -> new MaxPool(ties.apply(k), w)));
    }

    /** The targets are no distributions: the rows of t do not add up to 1. */
    private static void losses() {
        for (int[] s : new int[][] {{4, 3}, {1, 5}, {3, 1}}) {
            String shape = Shape.of(s).toString();
            Function<Backend, Tensor> z = k -> v(k, "z", 1, s);
            Function<Backend, Tensor> t = k -> constant(k, "t", 2, true, s);
            add(SoftmaxCrossEntropy.class, shape, k -> new SoftmaxCrossEntropy(z.apply(k), t.apply(k)));
            add(BinaryCrossEntropy.class, shape, k -> new BinaryCrossEntropy(z.apply(k), t.apply(k)));
            add(SquaredError.class, shape + ", mean", k -> SquaredError.mean(z.apply(k), t.apply(k)));
            add(SquaredError.class, shape + ", half sum", k -> SquaredError.halfSum(z.apply(k), t.apply(k)));
            add(SquaredError.class, shape, k -> new SquaredError("squared error", 0.7, z.apply(k), t.apply(k)));
        }
    }

    private static Tensor v(Backend k, String name, long seed, int... sizes) {
        return TestTensors.variable(k, name, seed, sizes);
    }

    private static Tensor constant(Backend k, String name, long seed, boolean positive, int... sizes) {
        Shape shape = Shape.of(sizes);
        double[] values = TestTensors.normal(seed, shape.elements());
        for (int i = 0; positive && i < values.length; i++) {
            values[i] = Math.abs(values[i]) + 0.1;
        }
        return Tensor.constant(k, name, shape, values);
    }
}

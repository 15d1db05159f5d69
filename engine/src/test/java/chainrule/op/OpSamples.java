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

/** Samples of every op on random operands, of several shapes, including sizes of 1; a new op needs some here. */
final class OpSamples {
    private static final List<Sample> ALL = new ArrayList<>();

    /**
     * One op and its operands.
     *
     * @param smooth false where the op has a kink so close that differences do not approximate its derivative
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

    /** Every op of the engine, with or without a sample. */
    static Stream<Class<? extends Op>> types() {
        return MainClasses.of(Op.class).stream();
    }

    private static void add(Class<? extends Op> type, String operands, Function<Backend, Op> op) {
        ALL.add(new Sample(type, operands, true, op));
    }

    private static void matrices() {
        for (int[] s : new int[][] {{4, 3, 2}, {1, 3, 2}, {4, 1, 3}, {3, 2, 1}, {1, 1, 1}}) {
            String sizes = s[0] + "×" + s[1] + "×" + s[2];
            add(
                    MatMul.class,
                    sizes,
                    backend -> new MatMul(v(backend, "a", 1, s[0], s[1]), v(backend, "b", 2, s[1], s[2])));
            Function<Backend, Tensor> x = backend -> v(backend, "x", 1, 2, s[0], s[1]);
            Function<Backend, Tensor> w = backend -> v(backend, "w", 2, s[1], s[2]);
            add(
                    Affine.class,
                    sizes,
                    backend -> new Affine(x.apply(backend), w.apply(backend), v(backend, "b", 3, s[2])));
            add(Affine.class, sizes + " without bias", backend -> new Affine(x.apply(backend), w.apply(backend), null));
        }
    }

    private static void elementwise() {
        for (int[] s : new int[][] {{4, 3}, {1, 5}, {3, 1}, {2, 3, 2, 2}, {7}}) {
            String shape = Shape.of(s).toString();
            add(Add.class, shape, backend -> new Add(v(backend, "a", 1, s), v(backend, "b", 2, s)));
            add(Scale.class, shape, backend -> new Scale(-1.7, v(backend, "x", 1, s)));
            add(Reshape.class, shape, backend -> flat(v(backend, "x", 1, s)));
            add(Dropout.class, shape, backend -> Dropout.of(backend, v(backend, "x", 1, s), 0.4, 5));
            for (Elementwise f : Elementwise.values()) {
                add(Apply.class, f.label() + " " + shape, backend -> new Apply(f, 0.2, v(backend, "x", 1, s)));
            }
        }
    }

    private static Reshape flat(Tensor x) {
        return new Reshape(x, Shape.of(x.shape().elements(), 1));
    }

    private static void rows() {
        for (int[] s : new int[][] {{4, 3}, {1, 5}, {3, 1}, {2, 3, 2, 4}}) {
            String shape = Shape.of(s).toString();
            add(Softmax.class, shape, backend -> new Softmax(v(backend, "x", 1, s)));
            int cols = s[s.length - 1];
            Function<Backend, Tensor> gamma = backend -> v(backend, "gamma", 2, cols);
            Function<Backend, Tensor> beta = backend -> v(backend, "beta", 3, cols);
            add(
                    BatchNorm.class,
                    shape,
                    backend ->
                            BatchNorm.of(
                                    backend, v(backend, "x", 1, s), gamma.apply(backend), beta.apply(backend), 0.3));
            add(
                    Normalize.class,
                    shape,
                    backend ->
                            new Normalize(
                                    v(backend, "x", 1, s),
                                    constant(backend, "mean", 4, false, cols),
                                    constant(backend, "variance", 5, true, cols),
                                    gamma.apply(backend),
                                    beta.apply(backend),
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
            Function<Backend, Tensor> x =
                    backend -> TestTensors.distinct(backend, "x", 1, 2, w.height(), w.width(), w.channels());
            Function<Backend, Tensor> weight =
                    backend -> v(backend, "weight", 2, w.kernelHeight(), w.kernelWidth(), w.channels(), 3);
            add(
                    Convolution.class,
                    w.toString(),
                    backend -> new Convolution(x.apply(backend), weight.apply(backend), v(backend, "bias", 3, 3), w));
            add(
                    Convolution.class,
                    w + " no bias",
                    backend -> new Convolution(x.apply(backend), weight.apply(backend), null, w));
            add(MaxPool.class, w.toString(), backend -> new MaxPool(x.apply(backend), w));
            add(AveragePool.class, w.toString(), backend -> new AveragePool(x.apply(backend), w));
        }
        add(AveragePool.class, "global", backend -> AveragePool.global(v(backend, "x", 1, 2, 3, 4, 2)));
        Window w = Window.same(4, 3, 1, 2, 2, 1, 1);
        Function<Backend, Tensor> ties = backend -> Tensor.variable(backend, "x", Shape.of(1, 4, 3, 1), new double[12]);
        ALL.add(new Sample(MaxPool.class, "equal maxima", false, backend -> new MaxPool(ties.apply(backend), w)));
    }

    /** The targets are not distributions: the rows of t do not sum to 1. */
    private static void losses() {
        for (int[] s : new int[][] {{4, 3}, {1, 5}, {3, 1}}) {
            String shape = Shape.of(s).toString();
            Function<Backend, Tensor> z = backend -> v(backend, "z", 1, s);
            Function<Backend, Tensor> t = backend -> constant(backend, "t", 2, true, s);
            add(
                    SoftmaxCrossEntropy.class,
                    shape,
                    backend -> new SoftmaxCrossEntropy(z.apply(backend), t.apply(backend)));
            add(BinaryCrossEntropy.class, shape, backend -> new BinaryCrossEntropy(z.apply(backend), t.apply(backend)));
            add(SquaredError.class, shape + ", mean", backend -> SquaredError.mean(z.apply(backend), t.apply(backend)));
            add(
                    SquaredError.class,
                    shape + ", half sum",
                    backend -> SquaredError.halfSum(z.apply(backend), t.apply(backend)));
            add(
                    SquaredError.class,
                    shape,
                    backend -> new SquaredError("squared error", 0.7, z.apply(backend), t.apply(backend)));
        }
    }

    private static Tensor v(Backend backend, String name, long seed, int... sizes) {
        return TestTensors.variable(backend, name, seed, sizes);
    }

    private static Tensor constant(Backend backend, String name, long seed, boolean positive, int... sizes) {
        Shape shape = Shape.of(sizes);
        double[] values = TestTensors.normal(seed, shape.elements());
        for (int i = 0; positive && i < values.length; i++) {
            values[i] = Math.abs(values[i]) + 0.1;
        }
        return Tensor.constant(backend, name, shape, values);
    }
}

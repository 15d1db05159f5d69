package chainrule.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;

/**
 * Every primitive with operands to plant special values in, and what must come of them: the formulas of the contract once
 * more, as plain loops over doubles that know nothing of a backend.
 */
final class SpecialValueCases {
    private static final int N = 19; // whole vectors of 4, 8 and 16 lanes and a rest
    private static final double SLOPE = 0.25;
    private static final double EPSILON = 0.01;

    /** Calls the primitive; what it returns is compared. */
    @FunctionalInterface
    interface Run {
        double[] run(Backend k, Given in);
    }

    /** The same result by its formula. */
    @FunctionalInterface
    interface Oracle {
        double[] of(Given in);
    }

    /**
     * A primitive with operands of ordinary numbers.
     *
     * @param maybeNan operands of which an infinite number may make NaN of an infinite result: float32 backends collect
     *     terms, which may then meet as ∞ − ∞
     * @param spreads operands of which a number that is not finite may make NaN of any result: padding is multiplied too
     * @param bits whether the sign of a zero counts, because the primitive only moves numbers
     * @param doubles whether results are no floats, and do not overflow as such
     */
    record Case(
            String primitive,
            String variant,
            Map<String, double[]> operands,
            Run run,
            Oracle oracle,
            Set<String> maybeNan,
            Set<String> spreads,
            boolean bits,
            boolean doubles) {

        Case orNan(String... names) {
            return new Case(primitive, variant, operands, run, oracle, Set.of(names), spreads, bits, doubles);
        }

        Case spreading(String... names) {
            return new Case(primitive, variant, operands, run, oracle, maybeNan, Set.of(names), bits, doubles);
        }

        Case inBits() {
            return new Case(primitive, variant, operands, run, oracle, maybeNan, spreads, true, doubles);
        }

        Case inDoubles() {
            return new Case(primitive, variant, operands, run, oracle, maybeNan, spreads, bits, true);
        }

        @Override
        public String toString() {
            return primitive + (variant.isEmpty() ? "" : " " + variant);
        }
    }

    /** The operands of one run. */
    static final class Given {
        private final Map<String, double[]> operands;
        private final Backend k;

        /** Rounds a number as storing it does. */
        final DoubleUnaryOperator stored;

        Given(Map<String, double[]> operands, Backend k) {
            this.operands = operands;
            this.k = k;
            this.stored = k.unitRoundoff() == 0x1p-24 ? x -> (float) x : x -> x;
        }

        double[] numbers(String name) {
            return operands.get(name);
        }

        double number(String name) {
            return operands.get(name)[0];
        }

        Buffer buffer(String name) {
            return BackendContract.buffer(k, numbers(name));
        }

        /** Where a gradient goes: to zeros that are added to, or to NaN that is overwritten. */
        Target target(boolean accumulate, String name, int length) {
            return accumulate ? Target.add(buffer(name)) : Target.set(fresh(length));
        }

        Buffer fresh(int length) {
            double[] nan = new double[length];
            Arrays.fill(nan, Double.NaN);
            return BackendContract.buffer(k, nan);
        }
    }

    private final List<Case> cases = new ArrayList<>();

    private SpecialValueCases() {}

    static List<Case> all() {
        SpecialValueCases all = new SpecialValueCases();
        all.memory();
        all.products();
        all.elementwise();
        all.rows();
        all.images();
        all.normalization();
        all.losses();
        all.updates();
        return all.cases;
    }

    private void add(Case c) {
        cases.add(c);
    }

    /** Operands by name and length; "!" at the end of a name keeps them above 0.1. */
    private static Case of(String primitive, String variant, Map<String, Integer> operands, Run run, Oracle oracle) {
        Map<String, double[]> numbers = new LinkedHashMap<>();
        operands.forEach(
                (name, length) -> {
                    SplittableRandom random = new SplittableRandom(name.hashCode());
                    double[] values = new double[length];
                    Arrays.setAll(
                            values,
                            _ -> {
                                double value = random.nextDouble(-2, 2);
                                return (float) (name.endsWith("!") ? 0.1 + Math.abs(value) : value);
                            });
                    numbers.put(name, values);
                });
        return new Case(primitive, variant, numbers, run, oracle, Set.of(), Set.of(), false, false);
    }

    private static Map<String, Integer> operands(Object... namesAndLengths) {
        Map<String, Integer> all = new LinkedHashMap<>();
        for (int i = 0; i < namesAndLengths.length; i += 2) {
            all.put((String) namesAndLengths[i], (Integer) namesAndLengths[i + 1]);
        }
        return all;
    }

    private static double[] each(int n, IntToDoubleFunction f) {
        double[] all = new double[n];
        Arrays.setAll(all, f);
        return all;
    }

    private static double[] concat(double[]... parts) {
        return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
    }

    /** A gradient primitive with one result, overwriting and adding. */
    private void gradient(
            String primitive, String variant, Map<String, Integer> operands, int n, Gradient run, Oracle oracle) {
        gradient(primitive, variant, operands, n, run, oracle, Set.of(), Set.of());
    }

    private void gradient(
            String primitive,
            String variant,
            Map<String, Integer> operands,
            int n,
            Gradient run,
            Oracle oracle,
            Set<String> maybeNan,
            Set<String> spreads) {
        for (boolean accumulate : new boolean[] {false, true}) {
            Map<String, Integer> all = new LinkedHashMap<>(operands);
            if (accumulate) {
                all.put("before", n);
            }
            Case c =
                    of(
                            primitive,
                            variant + (accumulate ? " added" : " set"),
                            all,
                            (k, in) -> {
                                Target into = in.target(accumulate, "before", n);
                                run.run(k, in, into);
                                return k.download(into.buffer());
                            },
                            in -> {
                                double[] own = oracle.of(in);
                                return each(n, i -> own[i] + (accumulate ? in.numbers("before")[i] : 0));
                            });
            add(c.orNan(maybeNan.toArray(String[]::new)).spreading(spreads.toArray(String[]::new)));
        }
    }

    @FunctionalInterface
    private interface Gradient {
        void run(Backend k, Given in, Target into);
    }

    private void memory() {
        Map<String, Integer> x = operands("x", N);
        add(of("upload", "", x, (k, in) -> k.download(in.buffer("x")), in -> in.numbers("x")).inBits());
        add(
                of(
                                "upload",
                                "floats",
                                x,
                                (k, in) -> {
                                    Buffer y = in.fresh(N);
                                    k.upload(floats(in.numbers("x")), 0, y);
                                    return k.download(y);
                                },
                                in -> in.numbers("x"))
                        .inBits());
        add(
                of(
                                "lend",
                                "",
                                x,
                                (k, in) -> k.download(k.lend(floats(in.numbers("x")), N, "lent")),
                                in -> in.numbers("x"))
                        .inBits());
        add(
                of(
                                "copy",
                                "",
                                x,
                                (k, in) -> {
                                    Buffer y = in.fresh(N);
                                    k.copy(in.buffer("x"), y);
                                    return k.download(y);
                                },
                                in -> in.numbers("x"))
                        .inBits());
        Map<String, Integer> one = operands("value", 1);
        add(
                of(
                                "fill",
                                "",
                                one,
                                (k, in) -> {
                                    Buffer y = in.fresh(N);
                                    k.fill(y, in.number("value"));
                                    return k.download(y);
                                },
                                in -> each(N, _ -> in.number("value")))
                        .inBits());
        add(of("scalar", "", x, (k, in) -> new double[] {k.scalar(in.buffer("x"))}, in -> first(in, "x")).inBits());
        add(
                of(
                                "scalars",
                                "",
                                operands("x", N, "y", 3),
                                (k, in) -> k.scalars(in.buffer("x"), in.buffer("y")),
                                in -> new double[] {in.number("x"), in.number("y")})
                        .inBits());
        add(
                of(
                                "statistics",
                                "",
                                x,
                                (k, in) -> {
                                    Statistics s = k.statistics(in.buffer("x"));
                                    return new double[] {
                                        s.count(),
                                        s.min(),
                                        s.max(),
                                        s.sum(),
                                        s.sumAbs(),
                                        s.sumSquares(),
                                        s.zeros(),
                                        s.nonFinite()
                                    };
                                },
                                in -> statistics(in.numbers("x")))
                        .inDoubles());
    }

    private static float[] floats(double[] x) {
        float[] floats = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            floats[i] = (float) x[i];
        }
        return floats;
    }

    private static double[] first(Given in, String name) {
        return new double[] {in.number(name)};
    }

    private static double[] statistics(double[] x) {
        double[] finite = Arrays.stream(x).filter(Double::isFinite).toArray();
        return new double[] {
            x.length,
            Arrays.stream(finite).min().orElseThrow(),
            Arrays.stream(finite).max().orElseThrow(),
            Arrays.stream(finite).sum(),
            Arrays.stream(finite).map(Math::abs).sum(),
            Arrays.stream(finite).map(v -> v * v).sum(),
            Arrays.stream(finite).filter(v -> v == 0).count(),
            x.length - finite.length
        };
    }

    private void products() {
        int m = 3;
        int n = 5;
        int d = 4;
        for (int flags = 0; flags < 8; flags++) {
            boolean ta = (flags & 1) > 0;
            boolean tb = (flags & 2) > 0;
            boolean accumulate = (flags & 4) > 0;
            Map<String, Integer> operands = operands("a", m * d, "b", d * n);
            if (accumulate) {
                operands.put("c", m * n);
            }
            add(
                    of(
                            "gemm",
                            (ta ? "T" : "N") + (tb ? "T" : "N") + (accumulate ? " added" : ""),
                            operands,
                            (k, in) -> {
                                Buffer c = accumulate ? in.buffer("c") : in.fresh(m * n);
                                k.gemm(ta, tb, m, n, d, in.buffer("a"), in.buffer("b"), accumulate, c);
                                return k.download(c);
                            },
                            in ->
                                    each(
                                            m * n,
                                            e -> {
                                                double sum = accumulate ? in.numbers("c")[e] : 0;
                                                for (int p = 0; p < d; p++) {
                                                    int ai = ta ? p * m + e / n : e / n * d + p;
                                                    int bi = tb ? e % n * d + p : p * n + e % n;
                                                    sum += in.numbers("a")[ai] * in.numbers("b")[bi];
                                                }
                                                return sum;
                                            })));
        }
        add(
                of(
                        "affine",
                        "",
                        operands("x", m * d, "w", d * n, "bias", n),
                        (k, in) -> {
                            Buffer y = in.fresh(m * n);
                            k.affine(m, d, n, in.buffer("x"), in.buffer("w"), in.buffer("bias"), y);
                            return k.download(y);
                        },
                        in ->
                                each(
                                        m * n,
                                        e -> {
                                            double sum = in.numbers("bias")[e % n];
                                            for (int p = 0; p < d; p++) {
                                                sum += in.numbers("x")[e / n * d + p] * in.numbers("w")[p * n + e % n];
                                            }
                                            return sum;
                                        })));
    }

    private static double value(Elementwise f, double x) {
        return switch (f) {
            case IDENTITY -> x;
            case RELU -> x > 0 || Double.isNaN(x) ? x : 0;
            case LEAKY_RELU -> x > 0 ? x : SLOPE * x;
            case TANH -> Math.tanh(x);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case LECUN -> 1.7159 * Math.tanh(2 * x / 3) + 0.01 * x;
            case GELU -> x == Double.NEGATIVE_INFINITY ? 0 : x * below(x);
        };
    }

    private static double gradient(Elementwise f, double x, double dy) {
        return switch (f) {
            case IDENTITY -> dy;
            case RELU -> x > 0 || Double.isNaN(x) ? dy : 0;
            case LEAKY_RELU -> x > 0 ? dy : SLOPE * dy;
            case TANH -> dy * (1 - Math.pow(Math.tanh(x), 2));
            case SIGMOID -> dy * value(f, x) * (1 - value(f, x));
            case LECUN -> dy * (1.7159 * 2 / 3 * (1 - Math.pow(Math.tanh(2 * x / 3), 2)) + 0.01);
            case GELU ->
                    dy * (below(x) + (Double.isInfinite(x) ? 0 : x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)));
        };
    }

    /** Φ(x), the normal distribution, by the continued series of Marsaglia (2004); 0 or 1 far out. */
    private static double below(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        if (Math.abs(x) > 8) {
            return x < 0 ? 0 : 1;
        }
        double sum = x;
        double term = x;
        for (int i = 3; Math.abs(term) > 1e-18 * Math.abs(sum); i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    private void elementwise() {
        for (Elementwise f : Elementwise.values()) {
            add(
                    of(
                            "map",
                            f.label(),
                            operands("x", N),
                            (k, in) -> {
                                Buffer y = in.fresh(N);
                                k.map(f, SLOPE, in.buffer("x"), y);
                                return k.download(y);
                            },
                            in -> each(N, i -> value(f, in.numbers("x")[i]))));
            gradient(
                    "mapGradient",
                    f.label(),
                    operands("x", N, "dy", N),
                    N,
                    (k, in, dx) -> {
                        Buffer x = in.buffer("x");
                        Buffer y = in.fresh(N);
                        k.map(f, SLOPE, x, y);
                        k.mapGradient(f, SLOPE, x, y, in.buffer("dy"), dx);
                    },
                    in -> each(N, i -> gradient(f, in.numbers("x")[i], in.numbers("dy")[i])));
        }
        inPlace(
                "add",
                operands("x", N, "y", N),
                (k, in, y) -> k.add(in.buffer("x"), y, y),
                in -> i -> x(in, i) + y(in, i));
        inPlace(
                "axpy",
                operands("x", N, "y", N, "alpha", 1),
                (k, in, y) -> k.axpy(in.number("alpha"), in.buffer("x"), y),
                in -> i -> y(in, i) + in.number("alpha") * x(in, i));
        inPlace(
                "scale",
                operands("y", N, "alpha", 1),
                (k, in, y) -> k.scale(in.number("alpha"), y),
                in -> i -> in.number("alpha") * y(in, i));
        inPlace(
                "clamp",
                operands("y", N),
                (k, _, y) -> k.clamp(0.5, y),
                in -> i -> y(in, i) > 0.5 ? 0.5 : y(in, i) < -0.5 ? -0.5 : y(in, i));
        inPlace(
                "multiply",
                operands("x", N, "y", N),
                (k, in, y) -> k.multiply(in.buffer("x"), y, false, y),
                in -> i -> x(in, i) * y(in, i));
        inPlace(
                "multiply",
                operands("x", N, "z", N, "y", N),
                (k, in, y) -> k.multiply(in.buffer("x"), in.buffer("z"), true, y),
                in -> i -> y(in, i) + x(in, i) * in.numbers("z")[i]);
        add(
                of(
                        "dropoutMask",
                        "",
                        operands(),
                        (k, in) -> {
                            Buffer mask = in.fresh(N);
                            k.dropoutMask(42, 0.3, mask);
                            return k.download(mask);
                        },
                        _ -> each(N, i -> Philox.uniform(Philox.word(42, i)) >= 0.3f ? 1 / 0.7 : 0)));
    }

    private static double x(Given in, int i) {
        return in.numbers("x")[i];
    }

    private static double y(Given in, int i) {
        return in.numbers("y")[i];
    }

    private void inPlace(
            String primitive, Map<String, Integer> operands, InPlace run, Function<Given, IntToDoubleFunction> oracle) {
        add(
                of(
                        primitive,
                        String.join(", ", operands.keySet()),
                        operands,
                        (k, in) -> {
                            Buffer y = in.buffer("y");
                            run.run(k, in, y);
                            return k.download(y);
                        },
                        in -> each(N, oracle.apply(in))));
    }

    @FunctionalInterface
    private interface InPlace {
        void run(Backend k, Given in, Buffer y);
    }

    private void rows() {
        for (int cols : new int[] {3, 16}) {
            int rows = 5;
            int n = rows * cols;
            String shape = rows + " × " + cols;
            add(
                    of(
                            "addRow",
                            shape,
                            operands("x", n, "row", cols),
                            (k, in) -> {
                                Buffer y = in.fresh(n);
                                k.addRow(rows, cols, in.buffer("x"), in.buffer("row"), y);
                                return k.download(y);
                            },
                            in -> each(n, i -> x(in, i) + in.numbers("row")[i % cols])));
            gradient(
                    "addRowGradient",
                    shape,
                    operands("dy", n),
                    cols,
                    (k, in, sums) -> k.addRowGradient(rows, cols, in.buffer("dy"), sums),
                    in -> each(cols, j -> sum(rows, i -> in.numbers("dy")[i * cols + j])));
            add(
                    of(
                            "moments",
                            shape,
                            operands("x", n),
                            (k, in) -> {
                                Buffer mean = in.fresh(cols);
                                Buffer variance = in.fresh(cols);
                                k.moments(rows, cols, in.buffer("x"), mean, variance);
                                return concat(k.download(mean), k.download(variance));
                            },
                            in -> {
                                double[] mean = each(cols, j -> sum(rows, i -> x(in, i * cols + j)) / rows);
                                return concat(
                                        mean,
                                        each(
                                                cols,
                                                j ->
                                                        sum(rows, i -> Math.pow(x(in, i * cols + j) - mean[j], 2))
                                                                / rows));
                            }));
        }
    }

    private static double sum(int n, IntToDoubleFunction term) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += term.applyAsDouble(i);
        }
        return sum;
    }

    /** Calls body for each tap inside the image: output pixel, place in the window, input pixel. */
    private static void taps(Window w, TapVisitor body) {
        for (int out = 0; out < w.outputPixels(); out++) {
            for (int place = 0; place < w.kernelHeight() * w.kernelWidth(); place++) {
                int row = out / w.outWidth() * w.strideHeight() - w.padTop() + place / w.kernelWidth();
                int col = out % w.outWidth() * w.strideWidth() - w.padLeft() + place % w.kernelWidth();
                if (row >= 0 && row < w.height() && col >= 0 && col < w.width()) {
                    body.at(out, place, row * w.width() + col);
                }
            }
        }
    }

    @FunctionalInterface
    private interface TapVisitor {
        void at(int out, int place, int in);
    }

    private static double[] columns(Window w, double[] x) {
        double[] columns = new double[w.outputPixels() * w.patchSize()];
        int c = w.channels();
        taps(w, (out, place, in) -> System.arraycopy(x, in * c, columns, out * w.patchSize() + place * c, c));
        return columns;
    }

    private void images() {
        for (Window w : List.of(Window.same(3, 4, 2, 3, 3, 1, 1), Window.valid(4, 4, 16, 2, 2, 2, 2))) {
            int c = w.channels();
            int filters = 3;
            int in = w.inputSize();
            int pixels = w.outputPixels();
            int patch = w.patchSize();
            String shape = w.kernelHeight() + "×" + w.kernelWidth();
            add(
                    of(
                                    "im2col",
                                    shape,
                                    operands("x", in),
                                    (k, o) -> {
                                        Buffer columns = o.fresh(pixels * patch);
                                        k.im2col(w, 1, o.buffer("x"), columns);
                                        return k.download(columns);
                                    },
                                    o -> columns(w, o.numbers("x")))
                            .inBits());
            gradient(
                    "im2colGradient",
                    shape,
                    operands("columns", pixels * patch),
                    in,
                    (k, o, dx) -> k.im2colGradient(w, 1, o.buffer("columns"), dx),
                    o -> {
                        double[] dx = new double[in];
                        taps(
                                w,
                                (out, place, at) -> {
                                    for (int j = 0; j < c; j++) {
                                        dx[at * c + j] += o.numbers("columns")[out * patch + place * c + j];
                                    }
                                });
                        return dx;
                    });
            add(
                    of(
                            "convolution",
                            shape,
                            operands("x", in, "weight", patch * filters, "bias", filters),
                            (k, o) -> {
                                Buffer y = o.fresh(pixels * filters);
                                k.convolution(w, 1, filters, o.buffer("x"), o.buffer("weight"), o.buffer("bias"), y);
                                return k.download(y);
                            },
                            o -> {
                                double[] columns = columns(w, o.numbers("x"));
                                return each(
                                        pixels * filters,
                                        e ->
                                                o.numbers("bias")[e % filters]
                                                        + sum(
                                                                patch,
                                                                p ->
                                                                        columns[e / filters * patch + p]
                                                                                * o.numbers("weight")[
                                                                                        p * filters + e % filters]));
                            }));
            gradient(
                    "convolutionInputGradient",
                    shape,
                    operands("dy", pixels * filters, "weight", patch * filters),
                    in,
                    (k, o, dx) -> k.convolutionInputGradient(w, 1, filters, o.buffer("dy"), o.buffer("weight"), dx),
                    o -> {
                        double[] dx = new double[in];
                        taps(
                                w,
                                (out, place, at) -> {
                                    for (int j = 0; j < c; j++) {
                                        int row = (place * c + j) * filters;
                                        dx[at * c + j] +=
                                                sum(
                                                        filters,
                                                        f ->
                                                                o.numbers("dy")[out * filters + f]
                                                                        * o.numbers("weight")[row + f]);
                                    }
                                });
                        return dx;
                    },
                    Set.of(),
                    Set.of("weight"));
            gradient(
                    "convolutionWeightGradient",
                    shape,
                    operands("x", in, "dy", pixels * filters),
                    patch * filters,
                    (k, o, dw) -> k.convolutionWeightGradient(w, 1, filters, o.buffer("x"), o.buffer("dy"), dw),
                    o -> {
                        double[] columns = columns(w, o.numbers("x"));
                        return each(
                                patch * filters,
                                e ->
                                        sum(
                                                pixels,
                                                p ->
                                                        columns[p * patch + e / filters]
                                                                * o.numbers("dy")[p * filters + e % filters]));
                    });
            pooling(w, shape);
        }
    }

    private void pooling(Window w, String shape) {
        int c = w.channels();
        int in = w.inputSize();
        int pooled = w.outputPixels() * c;
        add(
                of(
                        "maxPool",
                        shape,
                        operands("x", in),
                        (k, o) -> {
                            Buffer y = o.fresh(pooled);
                            k.maxPool(w, 1, o.buffer("x"), y);
                            return k.download(y);
                        },
                        o -> each(pooled, i -> o.numbers("x")[largest(w, o.numbers("x"))[i]])));
        gradient(
                "maxPoolGradient",
                shape,
                operands("x", in, "dy", pooled),
                in,
                (k, o, dx) -> {
                    Buffer x = o.buffer("x");
                    Buffer y = o.fresh(pooled);
                    k.maxPool(w, 1, x, y);
                    k.maxPoolGradient(w, 1, x, y, o.buffer("dy"), dx);
                },
                o -> {
                    double[] dx = new double[in];
                    int[] from = largest(w, o.numbers("x"));
                    for (int i = 0; i < pooled; i++) {
                        dx[from[i]] += o.numbers("dy")[i];
                    }
                    return dx;
                });
        int[] inside = new int[w.outputPixels()];
        taps(w, (out, _, _) -> inside[out]++);
        add(
                of(
                        "averagePool",
                        shape,
                        operands("x", in),
                        (k, o) -> {
                            Buffer y = o.fresh(pooled);
                            k.averagePool(w, 1, o.buffer("x"), y);
                            return k.download(y);
                        },
                        o -> {
                            double[] y = new double[pooled];
                            taps(
                                    w,
                                    (out, _, at) -> {
                                        for (int j = 0; j < c; j++) {
                                            y[out * c + j] += o.numbers("x")[at * c + j] / inside[out];
                                        }
                                    });
                            return y;
                        }));
        gradient(
                "averagePoolGradient",
                shape,
                operands("dy", pooled),
                in,
                (k, o, dx) -> k.averagePoolGradient(w, 1, o.buffer("dy"), dx),
                o -> {
                    double[] dx = new double[in];
                    taps(
                            w,
                            (out, _, at) -> {
                                for (int j = 0; j < c; j++) {
                                    dx[at * c + j] += o.numbers("dy")[out * c + j] / inside[out];
                                }
                            });
                    return dx;
                });
    }

    /** For each output the place in x of its largest tap: the first NaN, else the first of the largest numbers. */
    private static int[] largest(Window w, double[] x) {
        int c = w.channels();
        int[] from = new int[w.outputPixels() * c];
        Arrays.fill(from, -1);
        taps(
                w,
                (out, _, in) -> {
                    for (int j = 0; j < c; j++) {
                        int best = from[out * c + j];
                        double tap = x[in * c + j];
                        boolean better = best < 0 || !Double.isNaN(x[best]) && (tap > x[best] || Double.isNaN(tap));
                        from[out * c + j] = better ? in * c + j : best;
                    }
                });
        return from;
    }

    private void normalization() {
        for (int cols : new int[] {3, 16}) {
            int rows = 5;
            int n = rows * cols;
            String shape = rows + " × " + cols;
            Map<String, Integer> statistics = operands("x", n, "mean", cols, "variance!", cols, "gamma", cols);
            Map<String, Integer> forward = new LinkedHashMap<>(statistics);
            forward.put("beta", cols);
            add(
                    of(
                            "normalize",
                            shape,
                            forward,
                            (k, in) -> {
                                Buffer y = in.fresh(n);
                                k.normalize(
                                        rows,
                                        cols,
                                        in.buffer("x"),
                                        in.buffer("mean"),
                                        in.buffer("variance!"),
                                        EPSILON,
                                        in.buffer("gamma"),
                                        in.buffer("beta"),
                                        y);
                                return k.download(y);
                            },
                            in ->
                                    each(
                                            n,
                                            i ->
                                                    in.numbers("gamma")[i % cols]
                                                                    * inverse(in, i % cols)
                                                                    * (x(in, i) - in.numbers("mean")[i % cols])
                                                            + in.numbers("beta")[i % cols])));
            Map<String, Integer> backward = new LinkedHashMap<>(statistics);
            backward.put("dy", n);
            for (boolean ofBatch : new boolean[] {true, false}) {
                for (boolean accumulate : new boolean[] {false, true}) {
                    Map<String, Integer> all = new LinkedHashMap<>(backward);
                    if (accumulate) {
                        all.putAll(operands("dx", n, "dgamma", cols, "dbeta", cols));
                    }
                    add(
                            of(
                                            ofBatch ? "batchNormGradient" : "normalizeGradient",
                                            shape + (accumulate ? " added" : " set"),
                                            all,
                                            (k, in) -> normalizationGradient(k, in, ofBatch, accumulate, rows, cols),
                                            in -> normalizationGradient(in, ofBatch, accumulate, rows, cols))
                                    .orNan("gamma", "variance!", "x", "mean", "dy"));
                }
            }
        }
    }

    private static double inverse(Given in, int column) {
        return 1 / Math.sqrt(in.numbers("variance!")[column] + EPSILON);
    }

    private static double[] normalizationGradient(
            Backend k, Given in, boolean ofBatch, boolean accumulate, int rows, int cols) {
        Target dx = in.target(accumulate, "dx", rows * cols);
        Target dgamma = in.target(accumulate, "dgamma", cols);
        Target dbeta = in.target(accumulate, "dbeta", cols);
        Buffer x = in.buffer("x");
        Buffer mean = in.buffer("mean");
        Buffer variance = in.buffer("variance!");
        Buffer gamma = in.buffer("gamma");
        Buffer dy = in.buffer("dy");
        if (ofBatch) {
            k.batchNormGradient(rows, cols, x, mean, variance, EPSILON, gamma, dy, dx, dgamma, dbeta);
        } else {
            k.normalizeGradient(rows, cols, x, mean, variance, EPSILON, gamma, dy, dx, dgamma, dbeta);
        }
        return concat(k.download(dx.buffer()), k.download(dgamma.buffer()), k.download(dbeta.buffer()));
    }

    private static double[] normalizationGradient(Given in, boolean ofBatch, boolean accumulate, int rows, int cols) {
        int n = rows * cols;
        double[] dy = in.numbers("dy");
        double[] xhat = each(n, i -> (x(in, i) - in.numbers("mean")[i % cols]) * inverse(in, i % cols));
        double[] dbeta = each(cols, j -> sum(rows, i -> dy[i * cols + j]));
        double[] dgamma = each(cols, j -> sum(rows, i -> dy[i * cols + j] * xhat[i * cols + j]));
        double[] dx =
                each(
                        n,
                        i -> {
                            int j = i % cols;
                            double through = ofBatch ? dbeta[j] / rows + xhat[i] * dgamma[j] / rows : 0;
                            return in.numbers("gamma")[j] * inverse(in, j) * (dy[i] - through);
                        });
        double[] all = concat(dx, dgamma, dbeta);
        double[] before =
                accumulate
                        ? concat(in.numbers("dx"), in.numbers("dgamma"), in.numbers("dbeta"))
                        : new double[all.length];
        return each(all.length, i -> all[i] + before[i]);
    }

    private void losses() {
        int rows = 3;
        for (int cols : new int[] {3, 10, 40, 70}) { // few columns and many are different programs on some backends
            int n = rows * cols;
            String shape = rows + " × " + cols;
            add(
                    of(
                            "softmax",
                            shape,
                            operands("x", n),
                            (k, in) -> {
                                Buffer y = in.fresh(n);
                                k.softmax(rows, cols, in.buffer("x"), y);
                                return k.download(y);
                            },
                            in -> each(n, i -> Math.exp(logSoftmax(in.numbers("x"), i, cols)))));
            gradient(
                    "softmaxGradient",
                    shape,
                    operands("y", n, "dy", n),
                    n,
                    (k, in, dx) -> k.softmaxGradient(rows, cols, in.buffer("y"), in.buffer("dy"), dx),
                    in ->
                            each(
                                    n,
                                    i -> {
                                        int row = i / cols * cols;
                                        double dot = sum(cols, j -> in.numbers("dy")[row + j] * y(in, row + j));
                                        return y(in, i) * (in.numbers("dy")[i] - dot);
                                    }));
            add(
                    of(
                                    "softmaxCrossEntropy",
                                    shape,
                                    operands("x", n, "target!", n),
                                    (k, in) -> {
                                        Buffer loss = in.fresh(1);
                                        k.softmaxCrossEntropy(rows, cols, in.buffer("x"), in.buffer("target!"), loss);
                                        return k.download(loss);
                                    },
                                    in -> new double[] {crossEntropy(in, rows, cols)})
                            .orNan("target!"));
            gradient(
                    "softmaxCrossEntropyGradient",
                    shape,
                    operands("x", n, "target!", n, "dloss", 1),
                    n,
                    (k, in, dz) ->
                            k.softmaxCrossEntropyGradient(
                                    rows, cols, in.buffer("x"), in.buffer("target!"), in.buffer("dloss"), dz),
                    in ->
                            each(
                                    n,
                                    i -> {
                                        int row = i / cols * cols;
                                        double total = sum(cols, j -> in.numbers("target!")[row + j]);
                                        double p = Math.exp(logSoftmax(in.numbers("x"), i, cols));
                                        return in.number("dloss") / rows * (p * total - in.numbers("target!")[i]);
                                    }),
                    Set.of("target!"),
                    Set.of());
            add(
                    of(
                            "matches",
                            shape,
                            operands("x", n, "target!", n),
                            (k, in) -> {
                                Buffer count = in.fresh(1);
                                k.matches(rows, cols, in.buffer("x"), in.buffer("target!"), count);
                                return k.download(count);
                            },
                            in ->
                                    new double[] {
                                        sum(
                                                rows,
                                                r -> {
                                                    int answer = answer(in.numbers("x"), r * cols, cols);
                                                    return answer >= 0
                                                                    && answer
                                                                            == answer(
                                                                                    in.numbers("target!"),
                                                                                    r * cols,
                                                                                    cols)
                                                            ? 1
                                                            : 0;
                                                })
                                    }));
        }
        Map<String, Integer> pair = operands("x", N, "target!", N);
        Map<String, Integer> triple = operands("x", N, "target!", N, "dloss", 1);
        add(
                of(
                        "binaryCrossEntropy",
                        "",
                        pair,
                        (k, in) -> {
                            Buffer loss = in.fresh(1);
                            k.binaryCrossEntropy(in.buffer("x"), in.buffer("target!"), loss);
                            return k.download(loss);
                        },
                        in ->
                                new double[] {
                                    sum(
                                                    N,
                                                    i ->
                                                            Math.max(x(in, i), 0)
                                                                    - x(in, i) * in.numbers("target!")[i]
                                                                    + Math.log1p(Math.exp(-Math.abs(x(in, i)))))
                                            / N
                                }));
        gradient(
                "binaryCrossEntropyGradient",
                "",
                triple,
                N,
                (k, in, dz) ->
                        k.binaryCrossEntropyGradient(in.buffer("x"), in.buffer("target!"), in.buffer("dloss"), dz),
                in ->
                        each(
                                N,
                                i ->
                                        in.number("dloss")
                                                / N
                                                * (value(Elementwise.SIGMOID, x(in, i)) - in.numbers("target!")[i])));
        add(
                of(
                        "squaredError",
                        "",
                        pair,
                        (k, in) -> {
                            Buffer loss = in.fresh(1);
                            k.squaredError(0.3, in.buffer("x"), in.buffer("target!"), loss);
                            return k.download(loss);
                        },
                        in -> new double[] {0.3 * sum(N, i -> Math.pow(x(in, i) - in.numbers("target!")[i], 2))}));
        gradient(
                "squaredErrorGradient",
                "",
                triple,
                N,
                (k, in, dx) ->
                        k.squaredErrorGradient(0.3, in.buffer("x"), in.buffer("target!"), in.buffer("dloss"), dx),
                in -> each(N, i -> in.number("dloss") * 2 * 0.3 * (x(in, i) - in.numbers("target!")[i])));
    }

    /** log of entry i of its row's softmax; NaN for a row that has none. */
    private static double logSoftmax(double[] x, int i, int cols) {
        double[] row = Arrays.copyOfRange(x, i / cols * cols, i / cols * cols + cols);
        double max = Arrays.stream(row).max().orElseThrow(); // NaN if any is
        double sum = Arrays.stream(row).map(v -> Math.exp(v - max)).sum();
        return Double.isFinite(max) ? x[i] - max - Math.log(sum) : Double.NaN;
    }

    private static double crossEntropy(Given in, int rows, int cols) {
        double sum = 0;
        for (int i = 0; i < rows * cols; i++) {
            double t = in.numbers("target!")[i];
            double log = logSoftmax(in.numbers("x"), i, cols);
            sum -= t == 0 && !Double.isNaN(log) ? 0 : t * log;
        }
        return sum / rows;
    }

    private static int answer(double[] x, int from, int cols) {
        double[] row = Arrays.copyOfRange(x, from, from + cols);
        double max = Arrays.stream(row).max().orElseThrow();
        for (int j = 0; j < cols; j++) {
            if (Double.isFinite(max) && row[j] == max) {
                return j;
            }
        }
        return -1;
    }

    private void updates() {
        for (boolean nesterov : new boolean[] {false, true}) {
            add(
                    of(
                            "sgd",
                            nesterov ? "Nesterov" : "momentum",
                            operands("w", N, "g", N, "v", N),
                            (k, in) -> {
                                Buffer w = in.buffer("w");
                                Buffer v = in.buffer("v");
                                k.sgd(w, in.buffer("g"), v, 0.1, 0.9, nesterov, 0.01);
                                return concat(k.download(w), k.download(v));
                            },
                            in -> {
                                double[] w = in.numbers("w");
                                double[] g = each(N, i -> in.numbers("g")[i] + 0.01 * w[i]);
                                double[] v = each(N, i -> 0.9 * in.numbers("v")[i] + g[i]);
                                return concat(each(N, i -> w[i] - 0.1 * (nesterov ? g[i] + 0.9 * v[i] : v[i])), v);
                            }));
        }
        add(
                of(
                        "sgd",
                        "plain",
                        operands("w", N, "g", N),
                        (k, in) -> {
                            Buffer w = in.buffer("w");
                            k.sgd(w, in.buffer("g"), null, 0.1, 0, false, 0.01);
                            return k.download(w);
                        },
                        in ->
                                each(
                                        N,
                                        i ->
                                                in.numbers("w")[i]
                                                        - 0.1 * (in.numbers("g")[i] + 0.01 * in.numbers("w")[i]))));
        add(
                of(
                                "adam",
                                "",
                                operands("w", N, "g", N, "m", N, "s!", N),
                                (k, in) -> {
                                    Buffer w = in.buffer("w");
                                    Buffer m = in.buffer("m");
                                    Buffer s = in.buffer("s!");
                                    k.adam(w, in.buffer("g"), m, s, 3, 0.1, 0.9, 0.99, 1e-8, 0.01);
                                    return concat(k.download(w), k.download(m), k.download(s));
                                },
                                in -> {
                                    double[] g = in.numbers("g");
                                    // stored before they are used: a square too large for float is infinite from there
                                    // on
                                    double[] m =
                                            each(
                                                    N,
                                                    i ->
                                                            in.stored.applyAsDouble(
                                                                    0.9 * in.numbers("m")[i] + 0.1 * g[i]));
                                    double[] s =
                                            each(
                                                    N,
                                                    i ->
                                                            in.stored.applyAsDouble(
                                                                    0.99 * in.numbers("s!")[i] + 0.01 * g[i] * g[i]));
                                    double[] w =
                                            each(
                                                    N,
                                                    i ->
                                                            in.numbers("w")[i] * (1 - 0.1 * 0.01)
                                                                    - 0.1
                                                                            * (m[i] / (1 - Math.pow(0.9, 3)))
                                                                            / (Math.sqrt(s[i] / (1 - Math.pow(0.99, 3)))
                                                                                    + 1e-8));
                                    return concat(w, m, s);
                                })
                        .orNan("w")); // decayed, an infinite weight may be ∞ − ∞
    }
}

package chainrule.backend;

import chainrule.backend.Memory.Buffer;

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
 * Every primitive with operands to plant special values in, and the results expected of them: the formulas of the contract
 * once more, as plain loops over doubles that do not use a backend.
 */
final class SpecialValueCases {
    private static final int N = 19; // whole vectors of 4, 8 and 16 lanes and a rest
    private static final double SLOPE = 0.25;
    private static final double EPSILON = 0.01;

    /** Calls the primitive and returns its results for comparison. */
    @FunctionalInterface
    interface Run {
        double[] run(Backend backend, Given in);
    }

    /** The same result by its formula. */
    @FunctionalInterface
    interface Oracle {
        double[] of(Given in);
    }

    /**
     * A primitive with operands of ordinary values.
     *
     * @param maybeNan operands of which an infinite element may make NaN of an infinite result: float32 backends collect
     *     terms, which may then meet as ∞ − ∞
     * @param spreads operands of which an element that is not finite may make NaN of any result: padding is multiplied too
     * @param bits true if the sign of a zero counts, because the primitive only moves elements
     * @param doubles true if results are doubles on every backend, and do not overflow as floats do
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
        private final Backend backend;

        /** Rounds a value as the backend does when it stores it. */
        final DoubleUnaryOperator stored;

        Given(Map<String, double[]> operands, Backend backend) {
            this.operands = operands;
            this.backend = backend;
            this.stored = backend.unitRoundoff() == 0x1p-24 ? x -> (float) x : x -> x;
        }

        double[] values(String name) {
            return operands.get(name);
        }

        double value(String name) {
            return operands.get(name)[0];
        }

        Buffer buffer(String name) {
            return BackendContract.buffer(backend, values(name));
        }

        /** A result whose formula says "+=": values that are added to, or NaN that is overwritten. */
        Matrix sum(boolean accumulate, String name, int length) {
            return accumulate ? buffer(name).sum() : fresh(length);
        }

        Buffer fresh(int length) {
            double[] nan = new double[length];
            Arrays.fill(nan, Double.NaN);
            return BackendContract.buffer(backend, nan);
        }
    }

    /** The same elements in that many rows. */
    private static Matrix shaped(Matrix m, int rows) {
        Matrix shaped = Matrix.of(m.buffer(), rows, m.elements() / rows);
        return m.accumulate() ? shaped.sum() : shaped;
    }

    /** One image that a window reads. */
    private static Images image(Window w, Buffer x) {
        return new Images(x, 1, w.height(), w.width(), w.channels());
    }

    /** One image of a window's results. */
    private static Images output(Window w, Buffer y) {
        return new Images(y, 1, w.outHeight(), w.outWidth(), y.length() / w.outputPixels());
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
        Map<String, double[]> all = new LinkedHashMap<>();
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
                    all.put(name, values);
                });
        return new Case(primitive, variant, all, run, oracle, Set.of(), Set.of(), false, false);
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
                            (backend, in) -> {
                                Matrix into = in.sum(accumulate, "before", n);
                                run.run(backend, in, into);
                                return backend.download(into);
                            },
                            in -> {
                                double[] own = oracle.of(in);
                                return each(n, i -> own[i] + (accumulate ? in.values("before")[i] : 0));
                            });
            add(c.orNan(maybeNan.toArray(String[]::new)).spreading(spreads.toArray(String[]::new)));
        }
    }

    @FunctionalInterface
    private interface Gradient {
        void run(Backend backend, Given in, Matrix into);
    }

    private void memory() {
        Map<String, Integer> x = operands("x", N);
        add(of("upload", "", x, (backend, in) -> backend.download(in.buffer("x")), in -> in.values("x")).inBits());
        add(
                of(
                                "upload",
                                "floats",
                                x,
                                (backend, in) -> {
                                    Buffer y = in.fresh(N);
                                    backend.upload(floats(in.values("x")), 0, y);
                                    return backend.download(y);
                                },
                                in -> in.values("x"))
                        .inBits());
        add(
                of(
                                "wrap",
                                "",
                                x,
                                (backend, in) -> backend.download(backend.wrap(floats(in.values("x")), N, "wrapped")),
                                in -> in.values("x"))
                        .inBits());
        add(
                of(
                                "copy",
                                "",
                                x,
                                (backend, in) -> {
                                    Buffer y = in.fresh(N);
                                    backend.copy(in.buffer("x"), y);
                                    return backend.download(y);
                                },
                                in -> in.values("x"))
                        .inBits());
        Map<String, Integer> one = operands("value", 1);
        add(
                of(
                                "fill",
                                "",
                                one,
                                (backend, in) -> {
                                    Buffer y = in.fresh(N);
                                    backend.fill(y, in.value("value"));
                                    return backend.download(y);
                                },
                                in -> each(N, _ -> in.value("value")))
                        .inBits());
        add(
                of(
                                "scalar",
                                "",
                                x,
                                (backend, in) -> new double[] {backend.scalar(in.buffer("x"))},
                                in -> first(in, "x"))
                        .inBits());
        add(
                of(
                                "scalars",
                                "",
                                operands("x", N, "y", 3),
                                (backend, in) -> backend.scalars(in.buffer("x"), in.buffer("y")),
                                in -> new double[] {in.value("x"), in.value("y")})
                        .inBits());
        add(
                of(
                                "statistics",
                                "",
                                x,
                                (backend, in) -> {
                                    Statistics s = backend.statistics(in.buffer("x"));
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
                                in -> statistics(in.values("x")))
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
        return new double[] {in.value(name)};
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
                            "matmul",
                            (ta ? "T" : "N") + (tb ? "T" : "N") + (accumulate ? " added" : ""),
                            operands,
                            (backend, in) -> {
                                Matrix a = ta ? shaped(in.buffer("a"), d).T() : shaped(in.buffer("a"), m);
                                Matrix b = tb ? shaped(in.buffer("b"), n).T() : shaped(in.buffer("b"), d);
                                Matrix c = shaped(in.sum(accumulate, "c", m * n), m);
                                backend.matmul(a, b, c);
                                return backend.download(c);
                            },
                            in ->
                                    each(
                                            m * n,
                                            e -> {
                                                double sum = accumulate ? in.values("c")[e] : 0;
                                                for (int p = 0; p < d; p++) {
                                                    int ai = ta ? p * m + e / n : e / n * d + p;
                                                    int bi = tb ? e % n * d + p : p * n + e % n;
                                                    sum += in.values("a")[ai] * in.values("b")[bi];
                                                }
                                                return sum;
                                            })));
        }
        add(
                of(
                        "affine",
                        "",
                        operands("x", m * d, "w", d * n, "bias", n),
                        (backend, in) -> {
                            Buffer y = in.fresh(m * n);
                            backend.affine(
                                    shaped(in.buffer("x"), m),
                                    shaped(in.buffer("w"), d),
                                    in.buffer("bias"),
                                    shaped(y, m));
                            return backend.download(y);
                        },
                        in ->
                                each(
                                        m * n,
                                        e -> {
                                            double sum = in.values("bias")[e % n];
                                            for (int p = 0; p < d; p++) {
                                                sum += in.values("x")[e / n * d + p] * in.values("w")[p * n + e % n];
                                            }
                                            return sum;
                                        })));
    }

    private void elementwise() {
        for (Elementwise f : Elementwise.values()) {
            add(
                    of(
                            "map",
                            f.label(),
                            operands("x", N),
                            (backend, in) -> {
                                Buffer y = in.fresh(N);
                                backend.map(f, SLOPE, in.buffer("x"), y);
                                return backend.download(y);
                            },
                            in -> each(N, i -> ElementwiseOracle.value(f, SLOPE, in.values("x")[i]))));
            gradient(
                    "mapGradient",
                    f.label(),
                    operands("x", N, "dy", N),
                    N,
                    (backend, in, dx) -> {
                        Buffer x = in.buffer("x");
                        Buffer y = in.fresh(N);
                        backend.map(f, SLOPE, x, y);
                        backend.mapGradient(f, SLOPE, x, y, in.buffer("dy"), dx);
                    },
                    in -> each(N, i -> ElementwiseOracle.gradient(f, SLOPE, in.values("x")[i], in.values("dy")[i])));
        }
        inPlace(
                "add",
                operands("x", N, "y", N),
                (backend, in, y) -> backend.add(in.buffer("x"), y, y),
                in -> i -> x(in, i) + y(in, i));
        inPlace(
                "axpy",
                operands("x", N, "y", N, "alpha", 1),
                (backend, in, y) -> backend.axpy(in.value("alpha"), in.buffer("x"), y),
                in -> i -> y(in, i) + in.value("alpha") * x(in, i));
        inPlace(
                "scale",
                operands("y", N, "alpha", 1),
                (backend, in, y) -> backend.scale(in.value("alpha"), y, y),
                in -> i -> in.value("alpha") * y(in, i));
        inPlace(
                "clamp",
                operands("y", N),
                (backend, _, y) -> backend.clamp(0.5, y),
                in -> i -> y(in, i) > 0.5 ? 0.5 : y(in, i) < -0.5 ? -0.5 : y(in, i));
        inPlace(
                "multiply",
                operands("x", N, "y", N),
                (backend, in, y) -> backend.multiply(in.buffer("x"), y, y),
                in -> i -> x(in, i) * y(in, i));
        inPlace(
                "multiply",
                operands("x", N, "z", N, "y", N),
                (backend, in, y) -> backend.multiply(in.buffer("x"), in.buffer("z"), y.sum()),
                in -> i -> y(in, i) + x(in, i) * in.values("z")[i]);
        add(
                of(
                        "dropoutMask",
                        "",
                        operands(),
                        (backend, in) -> {
                            Buffer mask = in.fresh(N);
                            backend.dropoutMask(42, 0.3, mask);
                            return backend.download(mask);
                        },
                        _ -> each(N, i -> Philox.uniform(Philox.word(42, i)) >= 0.3f ? 1 / 0.7 : 0)));
    }

    private static double x(Given in, int i) {
        return in.values("x")[i];
    }

    private static double y(Given in, int i) {
        return in.values("y")[i];
    }

    private void inPlace(
            String primitive, Map<String, Integer> operands, InPlace run, Function<Given, IntToDoubleFunction> oracle) {
        add(
                of(
                        primitive,
                        String.join(", ", operands.keySet()),
                        operands,
                        (backend, in) -> {
                            Buffer y = in.buffer("y");
                            run.run(backend, in, y);
                            return backend.download(y);
                        },
                        in -> each(N, oracle.apply(in))));
    }

    @FunctionalInterface
    private interface InPlace {
        void run(Backend backend, Given in, Buffer y);
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
                            (backend, in) -> {
                                Buffer y = in.fresh(n);
                                backend.addRow(shaped(in.buffer("x"), rows), in.buffer("row"), shaped(y, rows));
                                return backend.download(y);
                            },
                            in -> each(n, i -> x(in, i) + in.values("row")[i % cols])));
            gradient(
                    "columnSums",
                    shape,
                    operands("x", n),
                    cols,
                    (backend, in, sums) -> backend.columnSums(shaped(in.buffer("x"), rows), sums),
                    in -> each(cols, j -> sum(rows, i -> x(in, i * cols + j))));
            add(
                    of(
                            "moments",
                            shape,
                            operands("x", n),
                            (backend, in) -> {
                                Buffer mean = in.fresh(cols);
                                Buffer variance = in.fresh(cols);
                                backend.moments(shaped(in.buffer("x"), rows), mean, variance);
                                return concat(backend.download(mean), backend.download(variance));
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

    /** Calls body for each tap inside the image: output pixel, index in the window, input pixel. */
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
                                    (backend, o) -> {
                                        Buffer columns = o.fresh(pixels * patch);
                                        backend.im2col(w, image(w, o.buffer("x")), shaped(columns, pixels));
                                        return backend.download(columns);
                                    },
                                    o -> columns(w, o.values("x")))
                            .inBits());
            gradient(
                    "im2colGradient",
                    shape,
                    operands("columns", pixels * patch),
                    in,
                    (backend, o, dx) ->
                            backend.im2colGradient(
                                    w, shaped(o.buffer("columns"), pixels), shaped(dx, w.height() * w.width())),
                    o -> {
                        double[] dx = new double[in];
                        taps(
                                w,
                                (out, place, at) -> {
                                    for (int j = 0; j < c; j++) {
                                        dx[at * c + j] += o.values("columns")[out * patch + place * c + j];
                                    }
                                });
                        return dx;
                    });
            add(
                    of(
                            "convolution",
                            shape,
                            operands("x", in, "weight", patch * filters, "bias", filters),
                            (backend, o) -> {
                                Buffer y = o.fresh(pixels * filters);
                                backend.convolution(
                                        w,
                                        image(w, o.buffer("x")),
                                        shaped(o.buffer("weight"), patch),
                                        o.buffer("bias"),
                                        output(w, y));
                                return backend.download(y);
                            },
                            o -> {
                                double[] columns = columns(w, o.values("x"));
                                return each(
                                        pixels * filters,
                                        e ->
                                                o.values("bias")[e % filters]
                                                        + sum(
                                                                patch,
                                                                p ->
                                                                        columns[e / filters * patch + p]
                                                                                * o.values("weight")[
                                                                                        p * filters + e % filters]));
                            }));
            gradient(
                    "convolutionInputGradient",
                    shape,
                    operands("dy", pixels * filters, "weight", patch * filters),
                    in,
                    (backend, o, dx) ->
                            backend.convolutionInputGradient(
                                    w,
                                    output(w, o.buffer("dy")),
                                    shaped(o.buffer("weight"), patch),
                                    shaped(dx, w.height() * w.width())),
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
                                                                o.values("dy")[out * filters + f]
                                                                        * o.values("weight")[row + f]);
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
                    (backend, o, dw) ->
                            backend.convolutionWeightGradient(
                                    w, image(w, o.buffer("x")), output(w, o.buffer("dy")), shaped(dw, patch)),
                    o -> {
                        double[] columns = columns(w, o.values("x"));
                        return each(
                                patch * filters,
                                e ->
                                        sum(
                                                pixels,
                                                p ->
                                                        columns[p * patch + e / filters]
                                                                * o.values("dy")[p * filters + e % filters]));
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
                        (backend, o) -> {
                            Buffer y = o.fresh(pooled);
                            backend.maxPool(w, image(w, o.buffer("x")), output(w, y));
                            return backend.download(y);
                        },
                        o -> each(pooled, i -> o.values("x")[largest(w, o.values("x"))[i]])));
        gradient(
                "maxPoolGradient",
                shape,
                operands("x", in, "dy", pooled),
                in,
                (backend, o, dx) -> {
                    Images x = image(w, o.buffer("x"));
                    Images y = output(w, o.fresh(pooled));
                    backend.maxPool(w, x, y);
                    backend.maxPoolGradient(w, x, y, output(w, o.buffer("dy")), shaped(dx, x.rows()));
                },
                o -> {
                    double[] dx = new double[in];
                    int[] from = largest(w, o.values("x"));
                    for (int i = 0; i < pooled; i++) {
                        dx[from[i]] += o.values("dy")[i];
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
                        (backend, o) -> {
                            Buffer y = o.fresh(pooled);
                            backend.averagePool(w, image(w, o.buffer("x")), output(w, y));
                            return backend.download(y);
                        },
                        o -> {
                            double[] y = new double[pooled];
                            taps(
                                    w,
                                    (out, _, at) -> {
                                        for (int j = 0; j < c; j++) {
                                            y[out * c + j] += o.values("x")[at * c + j] / inside[out];
                                        }
                                    });
                            return y;
                        }));
        gradient(
                "averagePoolGradient",
                shape,
                operands("dy", pooled),
                in,
                (backend, o, dx) ->
                        backend.averagePoolGradient(w, output(w, o.buffer("dy")), shaped(dx, w.height() * w.width())),
                o -> {
                    double[] dx = new double[in];
                    taps(
                            w,
                            (out, _, at) -> {
                                for (int j = 0; j < c; j++) {
                                    dx[at * c + j] += o.values("dy")[out * c + j] / inside[out];
                                }
                            });
                    return dx;
                });
    }

    /** For each output the index in x of its largest tap: the first NaN, or else the first of the largest values. */
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
                            (backend, in) -> {
                                Buffer y = in.fresh(n);
                                backend.normalize(
                                        shaped(in.buffer("x"), rows),
                                        moments(in),
                                        in.buffer("gamma"),
                                        in.buffer("beta"),
                                        shaped(y, rows));
                                return backend.download(y);
                            },
                            in ->
                                    each(
                                            n,
                                            i ->
                                                    in.values("gamma")[i % cols]
                                                                    * inverse(in, i % cols)
                                                                    * (x(in, i) - in.values("mean")[i % cols])
                                                            + in.values("beta")[i % cols])));
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
                                            (backend, in) ->
                                                    normalizationGradient(backend, in, ofBatch, accumulate, rows, cols),
                                            in -> normalizationGradient(in, ofBatch, accumulate, rows, cols))
                                    .orNan("gamma", "variance!", "x", "mean", "dy"));
                }
            }
        }
    }

    private static Moments moments(Given in) {
        return new Moments(in.buffer("mean"), in.buffer("variance!"), EPSILON);
    }

    private static double inverse(Given in, int column) {
        return 1 / Math.sqrt(in.values("variance!")[column] + EPSILON);
    }

    private static double[] normalizationGradient(
            Backend backend, Given in, boolean ofBatch, boolean accumulate, int rows, int cols) {
        Matrix dx = shaped(in.sum(accumulate, "dx", rows * cols), rows);
        Matrix dgamma = in.sum(accumulate, "dgamma", cols);
        Matrix dbeta = in.sum(accumulate, "dbeta", cols);
        Matrix x = shaped(in.buffer("x"), rows);
        Matrix dy = shaped(in.buffer("dy"), rows);
        if (ofBatch) {
            backend.batchNormGradient(x, moments(in), in.buffer("gamma"), dy, dx, dgamma, dbeta);
        } else {
            backend.normalizeGradient(x, moments(in), in.buffer("gamma"), dy, dx, dgamma, dbeta);
        }
        return concat(backend.download(dx), backend.download(dgamma), backend.download(dbeta));
    }

    private static double[] normalizationGradient(Given in, boolean ofBatch, boolean accumulate, int rows, int cols) {
        int n = rows * cols;
        double[] dy = in.values("dy");
        double[] xhat = each(n, i -> (x(in, i) - in.values("mean")[i % cols]) * inverse(in, i % cols));
        double[] dbeta = each(cols, j -> sum(rows, i -> dy[i * cols + j]));
        double[] dgamma = each(cols, j -> sum(rows, i -> dy[i * cols + j] * xhat[i * cols + j]));
        double[] dx =
                each(
                        n,
                        i -> {
                            int j = i % cols;
                            double through = ofBatch ? dbeta[j] / rows + xhat[i] * dgamma[j] / rows : 0;
                            return in.values("gamma")[j] * inverse(in, j) * (dy[i] - through);
                        });
        double[] all = concat(dx, dgamma, dbeta);
        double[] before =
                accumulate ? concat(in.values("dx"), in.values("dgamma"), in.values("dbeta")) : new double[all.length];
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
                            (backend, in) -> {
                                Buffer y = in.fresh(n);
                                backend.softmax(shaped(in.buffer("x"), rows), shaped(y, rows));
                                return backend.download(y);
                            },
                            in -> each(n, i -> Math.exp(logSoftmax(in.values("x"), i, cols)))));
            gradient(
                    "softmaxGradient",
                    shape,
                    operands("y", n, "dy", n),
                    n,
                    (backend, in, dx) ->
                            backend.softmaxGradient(
                                    shaped(in.buffer("y"), rows), shaped(in.buffer("dy"), rows), shaped(dx, rows)),
                    in ->
                            each(
                                    n,
                                    i -> {
                                        int row = i / cols * cols;
                                        double dot = sum(cols, j -> in.values("dy")[row + j] * y(in, row + j));
                                        return y(in, i) * (in.values("dy")[i] - dot);
                                    }));
            add(
                    of(
                                    "softmaxCrossEntropy",
                                    shape,
                                    operands("x", n, "target!", n),
                                    (backend, in) -> {
                                        Buffer loss = in.fresh(1);
                                        backend.softmaxCrossEntropy(
                                                shaped(in.buffer("x"), rows), shaped(in.buffer("target!"), rows), loss);
                                        return backend.download(loss);
                                    },
                                    in -> new double[] {crossEntropy(in, rows, cols)})
                            .orNan("target!"));
            gradient(
                    "softmaxCrossEntropyGradient",
                    shape,
                    operands("x", n, "target!", n, "dloss", 1),
                    n,
                    (backend, in, dz) ->
                            backend.softmaxCrossEntropyGradient(
                                    shaped(in.buffer("x"), rows),
                                    shaped(in.buffer("target!"), rows),
                                    in.buffer("dloss"),
                                    shaped(dz, rows)),
                    in ->
                            each(
                                    n,
                                    i -> {
                                        int row = i / cols * cols;
                                        double total = sum(cols, j -> in.values("target!")[row + j]);
                                        double p = Math.exp(logSoftmax(in.values("x"), i, cols));
                                        return in.value("dloss") / rows * (p * total - in.values("target!")[i]);
                                    }),
                    Set.of("target!"),
                    Set.of());
            add(
                    of(
                            "matches",
                            shape,
                            operands("x", n, "target!", n),
                            (backend, in) -> {
                                Buffer count = in.fresh(1);
                                backend.matches(
                                        shaped(in.buffer("x"), rows), shaped(in.buffer("target!"), rows), count);
                                return backend.download(count);
                            },
                            in ->
                                    new double[] {
                                        sum(
                                                rows,
                                                r -> {
                                                    int answer = answer(in.values("x"), r * cols, cols);
                                                    return answer >= 0
                                                                    && answer
                                                                            == answer(
                                                                                    in.values("target!"),
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
                        (backend, in) -> {
                            Buffer loss = in.fresh(1);
                            backend.binaryCrossEntropy(in.buffer("x"), in.buffer("target!"), loss);
                            return backend.download(loss);
                        },
                        in ->
                                new double[] {
                                    sum(
                                                    N,
                                                    i ->
                                                            Math.max(x(in, i), 0)
                                                                    - x(in, i) * in.values("target!")[i]
                                                                    + Math.log1p(Math.exp(-Math.abs(x(in, i)))))
                                            / N
                                }));
        gradient(
                "binaryCrossEntropyGradient",
                "",
                triple,
                N,
                (backend, in, dz) ->
                        backend.binaryCrossEntropyGradient(
                                in.buffer("x"), in.buffer("target!"), in.buffer("dloss"), dz),
                in ->
                        each(
                                N,
                                i ->
                                        in.value("dloss")
                                                / N
                                                * (ElementwiseOracle.value(Elementwise.SIGMOID, SLOPE, x(in, i))
                                                        - in.values("target!")[i])));
        add(
                of(
                        "squaredError",
                        "",
                        pair,
                        (backend, in) -> {
                            Buffer loss = in.fresh(1);
                            backend.squaredError(0.3, in.buffer("x"), in.buffer("target!"), loss);
                            return backend.download(loss);
                        },
                        in -> new double[] {0.3 * sum(N, i -> Math.pow(x(in, i) - in.values("target!")[i], 2))}));
        gradient(
                "squaredErrorGradient",
                "",
                triple,
                N,
                (backend, in, dx) ->
                        backend.squaredErrorGradient(0.3, in.buffer("x"), in.buffer("target!"), in.buffer("dloss"), dx),
                in -> each(N, i -> in.value("dloss") * 2 * 0.3 * (x(in, i) - in.values("target!")[i])));
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
            double t = in.values("target!")[i];
            double log = logSoftmax(in.values("x"), i, cols);
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
                            (backend, in) -> {
                                Buffer w = in.buffer("w");
                                Buffer v = in.buffer("v");
                                backend.sgd(w, in.buffer("g"), v, 0.1, 0.9, nesterov, 0.01);
                                return concat(backend.download(w), backend.download(v));
                            },
                            in -> {
                                double[] w = in.values("w");
                                double[] g = each(N, i -> in.values("g")[i] + 0.01 * w[i]);
                                double[] v = each(N, i -> 0.9 * in.values("v")[i] + g[i]);
                                return concat(each(N, i -> w[i] - 0.1 * (nesterov ? g[i] + 0.9 * v[i] : v[i])), v);
                            }));
        }
        add(
                of(
                        "sgd",
                        "plain",
                        operands("w", N, "g", N),
                        (backend, in) -> {
                            Buffer w = in.buffer("w");
                            backend.sgd(w, in.buffer("g"), null, 0.1, 0, false, 0.01);
                            return backend.download(w);
                        },
                        in -> each(N, i -> in.values("w")[i] - 0.1 * (in.values("g")[i] + 0.01 * in.values("w")[i]))));
        add(
                of(
                                "adam",
                                "",
                                operands("w", N, "g", N, "m", N, "s!", N),
                                (backend, in) -> {
                                    Buffer w = in.buffer("w");
                                    Buffer m = in.buffer("m");
                                    Buffer s = in.buffer("s!");
                                    backend.adam(w, in.buffer("g"), m, s, new AdamStep(3, 0.1, 0.9, 0.99, 1e-8, 0.01));
                                    return concat(backend.download(w), backend.download(m), backend.download(s));
                                },
                                in -> {
                                    double[] g = in.values("g");
                                    // stored before they are used: a square too large for float becomes infinite
                                    double[] m =
                                            each(N, i -> in.stored.applyAsDouble(0.9 * in.values("m")[i] + 0.1 * g[i]));
                                    double[] s =
                                            each(
                                                    N,
                                                    i ->
                                                            in.stored.applyAsDouble(
                                                                    0.99 * in.values("s!")[i] + 0.01 * g[i] * g[i]));
                                    double[] w =
                                            each(
                                                    N,
                                                    i ->
                                                            in.values("w")[i] * (1 - 0.1 * 0.01)
                                                                    - 0.1
                                                                            * (m[i] / (1 - Math.pow(0.9, 3)))
                                                                            / (Math.sqrt(s[i] / (1 - Math.pow(0.99, 3)))
                                                                                    + 1e-8));
                                    return concat(w, m, s);
                                })
                        .orNan("w")); // decayed, an infinite weight may be ∞ − ∞
    }
}

package chainrule.backend;

import chainrule.backend.SelfTest.Case;
import chainrule.backend.SelfTest.Deal;
import chainrule.backend.SelfTest.Work;

import java.util.ArrayList;
import java.util.List;

/** What {@link SelfTest} tries: each primitive once or a few times. */
final class SelfTestCases {
    private static final int N = 1003;
    private static final int ROWS = 37;
    private static final int COLS = 45;
    private static final int IMAGES = 3;
    private static final int FILTERS = 6;

    private final List<Case> cases = new ArrayList<>();

    private SelfTestCases() {}

    static List<Case> all() {
        SelfTestCases all = new SelfTestCases();
        all.memory();
        all.products();
        all.elementwise();
        all.columns();
        all.losses();
        all.images(Window.same(9, 7, 4, 3, 3, 1, 1));
        all.images(Window.valid(9, 8, 3, 2, 2, 2, 2));
        all.updates();
        return all.cases;
    }

    private void add(String primitive, Object shape, Work work) {
        cases.add(new Case(primitive, shape.toString(), work));
    }

    /** A gradient primitive, adding to its targets and overwriting them. */
    private void gradient(String primitive, Object shape, Work work) {
        add(primitive, shape, work);
        add(primitive, shape + ", overwriting", (k, o) -> work.run(k, o.overwriting()));
    }

    private static String by(int... sizes) {
        StringBuilder text = new StringBuilder();
        for (int size : sizes) {
            text.append(text.isEmpty() ? "" : " × ").append(size);
        }
        return text.toString();
    }

    private void memory() {
        add("upload", N, (_, o) -> o.out("x", N));
        add("fill", N, (k, o) -> k.fill(o.out("x", N), 0.5));
        add("copy", N, (k, o) -> k.copy(o.in("x", N), o.out("y", N)));
        add("lend", 3, (k, o) -> k.copy(k.lend(new float[] {0.5f, -2, 3}, 3, "lent"), o.out("y", 3)));
        add("scalars", 2, (k, o) -> o.numbers("first", k.scalars(o.in("x", N), o.in("y", 3))));
        add(
                "statistics",
                N,
                (k, o) -> {
                    Statistics s = k.statistics(o.in("x", N));
                    o.numbers("sums", s.sum(), s.sumAbs(), s.sumSquares(), s.min(), s.max(), s.zeros(), s.nonFinite());
                });
    }

    private void products() {
        for (boolean a : new boolean[] {false, true}) {
            for (boolean b : new boolean[] {false, true}) {
                String shape = by(ROWS, COLS, 53) + (a ? ", Aᵀ" : "") + (b ? ", Bᵀ" : "");
                add(
                        "gemm",
                        shape,
                        (k, o) ->
                                k.gemm(
                                        a,
                                        b,
                                        ROWS,
                                        COLS,
                                        53,
                                        o.in("a", ROWS * 53),
                                        o.in("b", 53 * COLS),
                                        a == b,
                                        o.out("c", ROWS * COLS)));
            }
        }
        add(
                "affine",
                by(ROWS, 53, COLS),
                (k, o) ->
                        k.affine(
                                ROWS,
                                53,
                                COLS,
                                o.in("x", ROWS * 53),
                                o.in("w", 53 * COLS),
                                o.in("bias", COLS),
                                o.out("y", ROWS * COLS)));
    }

    private void elementwise() {
        for (Elementwise f : Elementwise.values()) {
            add("map", f.label(), (k, o) -> k.map(f, 0.1, o.in("x", N, x -> 4 * x), o.out("y", N)));
            gradient(
                    "mapGradient",
                    f.label(),
                    (k, o) -> {
                        Buffer x = o.in("x", N, v -> 4 * v);
                        Buffer y = o.out("y", N);
                        k.map(f, 0.1, x, y);
                        k.mapGradient(f, 0.1, x, y, o.in("dy", N), o.target("dx", N));
                    });
        }
        add("add", N, (k, o) -> k.add(o.in("x", N), o.in("y", N), o.out("z", N)));
        add("axpy", N, (k, o) -> k.axpy(0.7, o.in("x", N), o.out("y", N)));
        add("scale", N, (k, o) -> k.scale(0.7, o.out("x", N)));
        add("clamp", N, (k, o) -> k.clamp(0.5, o.out("x", N)));
        add("multiply", N, (k, o) -> k.multiply(o.in("x", N), o.in("y", N), false, o.out("z", N)));
        add("multiply", N + ", added", (k, o) -> k.multiply(o.in("x", N), o.in("y", N), true, o.out("z", N)));
        add("dropoutMask", N, (k, o) -> k.dropoutMask(0x1234_5678_9ABCL, 0.3, o.out("mask", N)));
    }

    private void columns() {
        int n = ROWS * COLS;
        String shape = by(ROWS, COLS);
        add("addRow", shape, (k, o) -> k.addRow(ROWS, COLS, o.in("x", n), o.in("row", COLS), o.out("y", n)));
        gradient(
                "addRowGradient", shape, (k, o) -> k.addRowGradient(ROWS, COLS, o.in("dy", n), o.target("sums", COLS)));
        gradient(
                "addRowGradient",
                by(1500, 12),
                (k, o) -> k.addRowGradient(1500, 12, o.in("dy", 18_000), o.target("sums", 12)));
        add(
                "moments",
                shape,
                (k, o) -> k.moments(ROWS, COLS, o.in("x", n), o.out("mean", COLS), o.out("variance", COLS)));
        add(
                "normalize",
                shape,
                (k, o) ->
                        k.normalize(
                                ROWS,
                                COLS,
                                o.in("x", n),
                                o.in("mean", COLS),
                                variance(o),
                                1e-3,
                                o.in("gamma", COLS),
                                o.in("beta", COLS),
                                o.out("y", n)));
        gradient(
                "normalizeGradient",
                shape,
                (k, o) ->
                        k.normalizeGradient(
                                ROWS,
                                COLS,
                                o.in("x", n),
                                o.in("mean", COLS),
                                variance(o),
                                1e-3,
                                o.in("gamma", COLS),
                                o.in("dy", n),
                                o.target("dx", n),
                                o.target("dgamma", COLS),
                                o.target("dbeta", COLS)));
        gradient(
                "batchNormGradient",
                shape,
                (k, o) ->
                        k.batchNormGradient(
                                ROWS,
                                COLS,
                                o.in("x", n),
                                o.in("mean", COLS),
                                variance(o),
                                1e-3,
                                o.in("gamma", COLS),
                                o.in("dy", n),
                                o.target("dx", n),
                                o.target("dgamma", COLS),
                                o.target("dbeta", COLS)));
    }

    private static Buffer variance(Deal o) {
        return o.in("variance", COLS, v -> Math.abs(v) + 0.1);
    }

    private void losses() {
        for (int cols : new int[] {10, COLS}) { // few columns and many are different programs on some devices
            int n = ROWS * cols;
            String shape = by(ROWS, cols);
            add("softmax", shape, (k, o) -> k.softmax(ROWS, cols, o.in("x", n, v -> 3 * v), o.out("y", n)));
            gradient(
                    "softmaxGradient",
                    shape,
                    (k, o) -> k.softmaxGradient(ROWS, cols, o.in("y", n, Math::abs), o.in("dy", n), o.target("dx", n)));
            add(
                    "softmaxCrossEntropy",
                    shape,
                    (k, o) ->
                            k.softmaxCrossEntropy(
                                    ROWS, cols, o.in("z", n), o.in("target", n, Math::abs), o.out("loss", 1)));
            gradient(
                    "softmaxCrossEntropyGradient",
                    shape,
                    (k, o) ->
                            k.softmaxCrossEntropyGradient(
                                    ROWS,
                                    cols,
                                    o.in("z", n),
                                    o.in("target", n, Math::abs),
                                    o.in("dloss", 1),
                                    o.target("dz", n)));
            add("matches", shape, (k, o) -> k.matches(ROWS, cols, o.in("x", n), o.in("t", n), o.out("count", 1)));
        }
        add(
                "binaryCrossEntropy",
                N,
                (k, o) -> k.binaryCrossEntropy(o.in("z", N), o.in("target", N, Math::abs), o.out("loss", 1)));
        gradient(
                "binaryCrossEntropyGradient",
                N,
                (k, o) ->
                        k.binaryCrossEntropyGradient(
                                o.in("z", N), o.in("target", N, Math::abs), o.in("dloss", 1), o.target("dz", N)));
        add("squaredError", N, (k, o) -> k.squaredError(0.5, o.in("x", N), o.in("target", N), o.out("loss", 1)));
        gradient(
                "squaredErrorGradient",
                N,
                (k, o) ->
                        k.squaredErrorGradient(
                                0.5, o.in("x", N), o.in("target", N), o.in("dloss", 1), o.target("dx", N)));
    }

    private void images(Window w) {
        int x = IMAGES * w.inputSize();
        int pixels = IMAGES * w.outputPixels();
        int pooled = pixels * w.channels();
        int columns = pixels * w.patchSize();
        int y = pixels * FILTERS;
        int weights = w.patchSize() * FILTERS;
        String kernel = by(w.kernelHeight(), w.kernelWidth());
        String shape = by(IMAGES, w.height(), w.width(), w.channels()) + ", " + kernel;
        add("im2col", shape, (k, o) -> k.im2col(w, IMAGES, o.in("x", x), o.out("columns", columns)));
        gradient(
                "im2colGradient",
                shape,
                (k, o) -> k.im2colGradient(w, IMAGES, o.in("columns", columns), o.target("dx", x)));
        add(
                "convolution",
                shape,
                (k, o) ->
                        k.convolution(
                                w,
                                IMAGES,
                                FILTERS,
                                o.in("x", x),
                                o.in("weight", weights),
                                o.in("bias", FILTERS),
                                o.out("y", y)));
        gradient(
                "convolutionInputGradient",
                shape,
                (k, o) ->
                        k.convolutionInputGradient(
                                w, IMAGES, FILTERS, o.in("dy", y), o.in("weight", weights), o.target("dx", x)));
        gradient(
                "convolutionWeightGradient",
                shape,
                (k, o) ->
                        k.convolutionWeightGradient(
                                w, IMAGES, FILTERS, o.in("x", x), o.in("dy", y), o.target("dweight", weights)));
        add("maxPool", shape, (k, o) -> k.maxPool(w, IMAGES, o.in("x", x), o.out("y", pooled)));
        gradient(
                "maxPoolGradient",
                shape,
                (k, o) -> {
                    Buffer in = o.in("x", x);
                    Buffer out = o.out("y", pooled);
                    k.maxPool(w, IMAGES, in, out);
                    k.maxPoolGradient(w, IMAGES, in, out, o.in("dy", pooled), o.target("dx", x));
                });
        add("averagePool", shape, (k, o) -> k.averagePool(w, IMAGES, o.in("x", x), o.out("y", pooled)));
        gradient(
                "averagePoolGradient",
                shape,
                (k, o) -> k.averagePoolGradient(w, IMAGES, o.in("dy", pooled), o.target("dx", x)));
    }

    private void updates() {
        add("sgd", "plain", (k, o) -> k.sgd(o.out("w", N), o.in("g", N), null, 0.1, 0, false, 0.01));
        for (boolean nesterov : new boolean[] {false, true}) {
            add(
                    "sgd",
                    nesterov ? "Nesterov" : "momentum",
                    (k, o) -> k.sgd(o.out("w", N), o.in("g", N), o.out("v", N), 0.1, 0.9, nesterov, 0.01));
        }
        add(
                "adam",
                "step 3",
                (k, o) ->
                        k.adam(
                                o.out("w", N),
                                o.in("g", N),
                                o.out("m", N),
                                o.out("s", N, v -> Math.abs(v) + 0.01),
                                3,
                                0.01,
                                0.9,
                                0.999,
                                1e-8,
                                0.01));
    }
}

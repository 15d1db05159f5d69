package chainrule.backend.check;

import chainrule.backend.AdamStep;
import chainrule.backend.Elementwise;
import chainrule.backend.Moments;
import chainrule.backend.Window;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The catalogue of primitives: each one on operands of any sizes. {@link #all} has every primitive at least once; the
 * methods for a family take other sizes.
 *
 * <p>Arithmetic operations are counted so that no implementation in float32 needs fewer: one for each addition,
 * multiplication, division, comparison or integer operation of the formula, and {@link #EXP} for an exponential or a
 * function of that kind.
 */
public final class PrimitiveCases {
    private static final double SLOPE = 0.1;
    private static final double EPSILON = 1e-3;

    /** Operations of exp, tanh, log or erf: a polynomial of degree four, and scaling. */
    private static final long EXP = 10;

    /** Integer operations of Philox 4×32-10 for each of its four numbers: ten rounds of two products and six others. */
    private static final long PHILOX = 20;

    private static final Map<Elementwise, Long> OPERATIONS =
            Map.of(
                    Elementwise.IDENTITY, 0L,
                    Elementwise.LEAKY_RELU, 2L,
                    Elementwise.TANH, EXP,
                    Elementwise.SIGMOID, EXP,
                    Elementwise.LECUN, EXP,
                    Elementwise.GELU, EXP);

    private PrimitiveCases() {}

    /** Every primitive on small operands. Most sizes are odd, so no tile or vector fits them. */
    public static List<PrimitiveCase> all() {
        List<PrimitiveCase> all = new ArrayList<>();
        all.addAll(matrices(37, 45, 53));
        all.addAll(rows(37, 45));
        all.addAll(rows(1500, 12));
        all.addAll(elementwise(1003));
        all.addAll(images(Window.same(9, 7, 4, 3, 3, 1, 1), 3, 6));
        all.addAll(images(Window.valid(9, 8, 3, 2, 2, 2, 2), 3, 6));
        all.addAll(normalization(37, 45));
        all.addAll(losses(37, 10)); // few columns and many are different programs on some devices
        all.addAll(losses(37, 45));
        all.addAll(differences(1003));
        all.addAll(updates(1003));
        all.addAll(random(1003));
        return all;
    }

    private static PrimitiveCase of(String primitive, String variant) {
        return new PrimitiveCase(primitive, variant);
    }

    private static PrimitiveCase of(String primitive) {
        return of(primitive, "");
    }

    /** C [m × n] = A·B with an inner size k, in all four transpositions, and Y = X·W + b. */
    public static List<PrimitiveCase> matrices(int m, int n, int k) {
        List<PrimitiveCase> cases = new ArrayList<>();
        cases.add(
                of("matmul", "A·B")
                        .input("A", m, k)
                        .input("B", k, n)
                        .sum("C", m, n)
                        .multiplying((long) m * n * k)
                        .calling((b, on) -> b.matmul(on.matrix("A"), on.matrix("B"), on.matrix("C"))));
        cases.add(
                of("matmul", "A·Bᵀ")
                        .input("A", m, k)
                        .input("B", n, k)
                        .sum("C", m, n)
                        .multiplying((long) m * n * k)
                        .calling((b, on) -> b.matmul(on.matrix("A"), on.matrix("B").T(), on.matrix("C"))));
        cases.add(
                of("matmul", "Aᵀ·B")
                        .input("A", k, m)
                        .input("B", k, n)
                        .sum("C", m, n)
                        .multiplying((long) m * n * k)
                        .calling((b, on) -> b.matmul(on.matrix("A").T(), on.matrix("B"), on.matrix("C"))));
        cases.add(
                of("matmul", "Aᵀ·Bᵀ")
                        .input("A", k, m)
                        .input("B", n, k)
                        .sum("C", m, n)
                        .multiplying((long) m * n * k)
                        .calling((b, on) -> b.matmul(on.matrix("A").T(), on.matrix("B").T(), on.matrix("C"))));
        cases.add(
                of("affine")
                        .input("X", m, k)
                        .input("W", k, n)
                        .input("bias", 1, n)
                        .output("Y", m, n)
                        .multiplying((long) m * n * k)
                        .calling(
                                (b, on) ->
                                        b.affine(on.matrix("X"), on.matrix("W"), on.matrix("bias"), on.matrix("Y"))));
        return cases;
    }

    /** Rows and columns of a matrix. */
    public static List<PrimitiveCase> rows(int rows, int cols) {
        return List.of(
                of("addRow")
                        .input("X", rows, cols)
                        .input("row", 1, cols)
                        .output("Y", rows, cols)
                        .computing((long) rows * cols)
                        .calling((b, on) -> b.addRow(on.matrix("X"), on.matrix("row"), on.matrix("Y"))),
                of("columnSums")
                        .input("X", rows, cols)
                        .sum("sums", 1, cols)
                        .computing((long) rows * cols)
                        .calling((b, on) -> b.columnSums(on.matrix("X"), on.matrix("sums"))),
                of("moments")
                        .input("X", rows, cols)
                        .output("mean", 1, cols)
                        .output("variance", 1, cols)
                        .computing(4L * rows * cols)
                        .calling((b, on) -> b.moments(on.matrix("X"), on.matrix("mean"), on.matrix("variance"))));
    }

    /** Elementwise functions and arithmetic on n elements. */
    public static List<PrimitiveCase> elementwise(int n) {
        List<PrimitiveCase> cases = new ArrayList<>();
        for (Elementwise f : Elementwise.values()) {
            cases.add(
                    of("map", f.label())
                            .input("x", x -> 4 * x, 1, n)
                            .output("y", 1, n)
                            .computing(operations(f) * n)
                            .calling((b, on) -> b.map(f, SLOPE, on.matrix("x"), on.matrix("y"))));
            cases.add(mapGradient(f, n));
        }
        cases.add(of("fill").output("x", 1, n).calling((b, on) -> b.fill(on.matrix("x"), 0.5)));
        cases.add(
                of("copy").input("x", 1, n).sum("y", 1, n).calling((b, on) -> b.copy(on.matrix("x"), on.matrix("y"))));
        cases.add(
                of("add")
                        .input("x", 1, n)
                        .input("y", 1, n)
                        .output("z", 1, n)
                        .computing(n)
                        .calling((b, on) -> b.add(on.matrix("x"), on.matrix("y"), on.matrix("z"))));
        cases.add(
                of("axpy")
                        .input("x", 1, n)
                        .state("y", 1, n)
                        .computing(2L * n)
                        .calling((b, on) -> b.axpy(0.7, on.matrix("x"), on.matrix("y"))));
        cases.add(
                of("scale", "in place")
                        .state("x", 1, n)
                        .computing(n)
                        .calling((b, on) -> b.scale(0.7, on.matrix("x"), on.matrix("x"))));
        cases.add(
                of("scale")
                        .input("x", 1, n)
                        .sum("y", 1, n)
                        .computing(n)
                        .calling((b, on) -> b.scale(0.7, on.matrix("x"), on.matrix("y"))));
        cases.add(of("clamp").state("x", 1, n).computing(2L * n).calling((b, on) -> b.clamp(0.5, on.matrix("x"))));
        cases.add(
                of("multiply")
                        .input("x", 1, n)
                        .input("y", 1, n)
                        .sum("z", 1, n)
                        .computing(n)
                        .calling((b, on) -> b.multiply(on.matrix("x"), on.matrix("y"), on.matrix("z"))));
        return cases;
    }

    /** The least arithmetic of a function of one element; one operation if it is not known. */
    private static long operations(Elementwise f) {
        return OPERATIONS.getOrDefault(f, 1L);
    }

    /** The gradient of one elementwise function on n elements. A derivative in y alone does not read x, and vice versa. */
    private static PrimitiveCase mapGradient(Elementwise f, int n) {
        return of("mapGradient", f.label())
                .input("x", x -> 4 * x, 1, n)
                .input("y", 1, n)
                .input("dy", 1, n)
                .sum("dx", 1, n)
                .preparedBy((b, on) -> b.map(f, SLOPE, on.matrix("x"), on.matrix("y")))
                .readingAgain(f == Elementwise.IDENTITY ? -2L * n : -n)
                .computing(2L * n)
                .calling(
                        (b, on) ->
                                b.mapGradient(
                                        f, SLOPE, on.matrix("x"), on.matrix("y"), on.matrix("dy"), on.matrix("dx")));
    }

    /** Convolution and pooling: a window over {@code count} images, with {@code filters} filters. */
    public static List<PrimitiveCase> images(Window w, int count, int filters) {
        List<PrimitiveCase> cases = new ArrayList<>(convolution(w, count, filters));
        cases.addAll(pooling(w, count));
        return cases;
    }

    /** Convolution of that many images. */
    public static List<PrimitiveCase> convolution(Window w, int count, int filters) {
        int[] x = {count, w.height(), w.width(), w.channels()};
        int[] y = {count, w.outHeight(), w.outWidth(), filters};
        int[] columns = {w.outputPixels(count), w.patchSize()};
        int[] weight = {w.patchSize(), filters};
        int[] dx = {count * w.height() * w.width(), w.channels()};
        long multiplyAdds = (long) columns[0] * columns[1] * filters;
        long padding = (long) columns[0] * columns[1] - (long) count * w.channels() * w.tapsInside();
        return List.of(
                of("im2col")
                        .input("x", x)
                        .output("columns", columns)
                        .calling((b, on) -> b.im2col(w, on.images("x"), on.matrix("columns"))),
                of("im2colGradient")
                        .input("columns", columns)
                        .sum("dx", dx)
                        .readingAgain(-padding)
                        .computing((long) columns[0] * columns[1] - padding)
                        .calling((b, on) -> b.im2colGradient(w, on.matrix("columns"), on.matrix("dx"))),
                of("convolution")
                        .input("x", x)
                        .input("weight", weight)
                        .input("bias", 1, filters)
                        .output("y", y)
                        .multiplying(multiplyAdds)
                        .calling(
                                (b, on) ->
                                        b.convolution(
                                                w,
                                                on.images("x"),
                                                on.matrix("weight"),
                                                on.matrix("bias"),
                                                on.images("y"))),
                of("convolutionInputGradient")
                        .input("dy", y)
                        .input("weight", weight)
                        .sum("dx", dx)
                        .multiplying(multiplyAdds)
                        .calling(
                                (b, on) ->
                                        b.convolutionInputGradient(
                                                w, on.images("dy"), on.matrix("weight"), on.matrix("dx"))),
                of("convolutionWeightGradient")
                        .input("x", x)
                        .input("dy", y)
                        .sum("dweight", weight)
                        .multiplying(multiplyAdds)
                        .calling(
                                (b, on) ->
                                        b.convolutionWeightGradient(
                                                w, on.images("x"), on.images("dy"), on.matrix("dweight"))));
    }

    /** Pooling of that many images. */
    public static List<PrimitiveCase> pooling(Window w, int count) {
        int[] x = {count, w.height(), w.width(), w.channels()};
        int[] y = {count, w.outHeight(), w.outWidth(), w.channels()};
        int[] dx = {count * w.height() * w.width(), w.channels()};
        return List.of(
                of("maxPool")
                        .input("x", x)
                        .output("y", y)
                        .computing((long) count * w.channels() * w.tapsInside())
                        .calling((b, on) -> b.maxPool(w, on.images("x"), on.images("y"))),
                of("maxPoolGradient")
                        .input("x", x)
                        .input("y", y)
                        .input("dy", y)
                        .sum("dx", dx)
                        .preparedBy((b, on) -> b.maxPool(w, on.images("x"), on.images("y")))
                        .calling(
                                (b, on) ->
                                        b.maxPoolGradient(
                                                w, on.images("x"), on.images("y"), on.images("dy"), on.matrix("dx"))),
                of("averagePool")
                        .input("x", x)
                        .output("y", y)
                        .computing((long) count * w.channels() * w.tapsInside())
                        .calling((b, on) -> b.averagePool(w, on.images("x"), on.images("y"))),
                of("averagePoolGradient")
                        .input("dy", y)
                        .sum("dx", dx)
                        .calling((b, on) -> b.averagePoolGradient(w, on.images("dy"), on.matrix("dx"))));
    }

    /** Normalization of the columns of a matrix. */
    public static List<PrimitiveCase> normalization(int rows, int cols) {
        return List.of(
                of("normalize")
                        .input("x", rows, cols)
                        .input("mean", 1, cols)
                        .input("variance", PrimitiveCases::positive, 1, cols)
                        .input("gamma", 1, cols)
                        .input("beta", 1, cols)
                        .output("y", rows, cols)
                        .computing(2L * rows * cols)
                        .calling(
                                (b, on) ->
                                        b.normalize(
                                                on.matrix("x"),
                                                moments(on),
                                                on.matrix("gamma"),
                                                on.matrix("beta"),
                                                on.matrix("y"))),
                normalizationGradient("normalizeGradient", rows, cols)
                        .readingAgain((long) rows * cols) // dy for the sums, and again
                        .computing(6L * rows * cols)
                        .calling(
                                (b, on) ->
                                        b.normalizeGradient(
                                                on.matrix("x"),
                                                moments(on),
                                                on.matrix("gamma"),
                                                on.matrix("dy"),
                                                on.matrix("dx"),
                                                on.matrix("dgamma"),
                                                on.matrix("dbeta"))),
                normalizationGradient("batchNormGradient", rows, cols)
                        .readingAgain(2L * rows * cols) // x and dy for the sums, and again
                        .computing(8L * rows * cols)
                        .calling(
                                (b, on) ->
                                        b.batchNormGradient(
                                                on.matrix("x"),
                                                moments(on),
                                                on.matrix("gamma"),
                                                on.matrix("dy"),
                                                on.matrix("dx"),
                                                on.matrix("dgamma"),
                                                on.matrix("dbeta"))));
    }

    private static PrimitiveCase normalizationGradient(String primitive, int rows, int cols) {
        return of(primitive)
                .input("x", rows, cols)
                .input("mean", 1, cols)
                .input("variance", PrimitiveCases::positive, 1, cols)
                .input("gamma", 1, cols)
                .input("dy", rows, cols)
                .sum("dx", rows, cols)
                .sum("dgamma", 1, cols)
                .sum("dbeta", 1, cols);
    }

    private static Moments moments(PrimitiveCase.Arguments on) {
        return new Moments(on.matrix("mean"), on.matrix("variance"), EPSILON);
    }

    private static double positive(double x) {
        return Math.abs(x) + 0.1;
    }

    /** Softmax and what is computed from rows of logits. */
    public static List<PrimitiveCase> losses(int rows, int cols) {
        List<PrimitiveCase> cases = new ArrayList<>(softmax(rows, cols));
        cases.add(
                of("softmaxCrossEntropy")
                        .input("logits", rows, cols)
                        .input("target", Math::abs, rows, cols)
                        .output("loss", 1, 1)
                        .computing((EXP + 5) * rows * cols)
                        .calling(
                                (b, on) ->
                                        b.softmaxCrossEntropy(
                                                on.matrix("logits"), on.matrix("target"), on.matrix("loss"))));
        cases.add(
                of("softmaxCrossEntropyGradient")
                        .input("logits", rows, cols)
                        .input("target", Math::abs, rows, cols)
                        .input("dloss", 1, 1)
                        .sum("dlogits", rows, cols)
                        .computing((EXP + 6) * rows * cols)
                        .calling(
                                (b, on) ->
                                        b.softmaxCrossEntropyGradient(
                                                on.matrix("logits"),
                                                on.matrix("target"),
                                                on.matrix("dloss"),
                                                on.matrix("dlogits"))));
        cases.add(
                of("matches")
                        .input("output", rows, cols)
                        .input("target", rows, cols)
                        .output("count", 1, 1)
                        .calling((b, on) -> b.matches(on.matrix("output"), on.matrix("target"), on.matrix("count"))));
        return cases;
    }

    /** Softmax alone. */
    public static List<PrimitiveCase> softmax(int rows, int cols) {
        return List.of(
                of("softmax")
                        .input("x", x -> 3 * x, rows, cols)
                        .output("y", rows, cols)
                        .computing((EXP + 4) * rows * cols)
                        .calling((b, on) -> b.softmax(on.matrix("x"), on.matrix("y"))),
                of("softmaxGradient")
                        .input("y", Math::abs, rows, cols)
                        .input("dy", rows, cols)
                        .sum("dx", rows, cols)
                        .computing(4L * rows * cols)
                        .calling((b, on) -> b.softmaxGradient(on.matrix("y"), on.matrix("dy"), on.matrix("dx"))));
    }

    /** The losses that compare n elements one by one. */
    public static List<PrimitiveCase> differences(int n) {
        return List.of(
                of("binaryCrossEntropy")
                        .input("logits", 1, n)
                        .input("target", Math::abs, 1, n)
                        .output("loss", 1, 1)
                        .computing((2 * EXP + 4) * n)
                        .calling(
                                (b, on) ->
                                        b.binaryCrossEntropy(
                                                on.matrix("logits"), on.matrix("target"), on.matrix("loss"))),
                of("binaryCrossEntropyGradient")
                        .input("logits", 1, n)
                        .input("target", Math::abs, 1, n)
                        .input("dloss", 1, 1)
                        .sum("dlogits", 1, n)
                        .computing((EXP + 3) * n)
                        .calling(
                                (b, on) ->
                                        b.binaryCrossEntropyGradient(
                                                on.matrix("logits"),
                                                on.matrix("target"),
                                                on.matrix("dloss"),
                                                on.matrix("dlogits"))),
                of("squaredError")
                        .input("x", 1, n)
                        .input("target", 1, n)
                        .output("loss", 1, 1)
                        .computing(3L * n)
                        .calling(
                                (b, on) -> b.squaredError(0.5, on.matrix("x"), on.matrix("target"), on.matrix("loss"))),
                of("squaredErrorGradient")
                        .input("x", 1, n)
                        .input("target", 1, n)
                        .input("dloss", 1, 1)
                        .sum("dx", 1, n)
                        .computing(2L * n)
                        .calling(
                                (b, on) ->
                                        b.squaredErrorGradient(
                                                0.5,
                                                on.matrix("x"),
                                                on.matrix("target"),
                                                on.matrix("dloss"),
                                                on.matrix("dx"))));
    }

    /** Optimizer updates of n weights. */
    public static List<PrimitiveCase> updates(int n) {
        AdamStep third = new AdamStep(3, 0.01, 0.9, 0.999, 1e-8, 0.01);
        return List.of(
                of("sgd", "plain")
                        .state("w", 1, n)
                        .input("g", 1, n)
                        .computing(4L * n)
                        .calling((b, on) -> b.sgd(on.matrix("w"), on.matrix("g"), null, 0.1, 0, false, 0.01)),
                momentum("momentum", false, n),
                momentum("Nesterov", true, n),
                of("adam")
                        .state("w", 1, n)
                        .input("g", 1, n)
                        .state("m", 1, n)
                        .state("s", PrimitiveCases::positive, 1, n)
                        .computing(12L * n)
                        .calling(
                                (b, on) ->
                                        b.adam(on.matrix("w"), on.matrix("g"), on.matrix("m"), on.matrix("s"), third)));
    }

    private static PrimitiveCase momentum(String variant, boolean nesterov, int n) {
        return of("sgd", variant)
                .state("w", 1, n)
                .input("g", 1, n)
                .state("v", 1, n)
                .computing(6L * n)
                .calling((b, on) -> b.sgd(on.matrix("w"), on.matrix("g"), on.matrix("v"), 0.1, 0.9, nesterov, 0.01));
    }

    /** Random numbers for n elements. */
    public static List<PrimitiveCase> random(int n) {
        return List.of(
                of("dropoutMask")
                        .output("mask", 1, n)
                        .computing(PHILOX * n)
                        .calling((b, on) -> b.dropoutMask(0x1234_5678_9ABCL, 0.3, on.matrix("mask"))));
    }
}

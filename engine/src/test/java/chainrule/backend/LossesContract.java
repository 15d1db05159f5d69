package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Cases.Row;
import chainrule.backend.Cases.Rows;
import chainrule.backend.Memory.Buffer;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Softmax, the losses and the count of matches. */
interface LossesContract extends BackendContract {
    /** Logits in [−5, 5]. */
    DoubleUnaryOperator LOGIT = x -> 5 * x;

    /** Targets in [0, 1], some of them exactly 0. */
    DoubleUnaryOperator PROBABILITY = Math::abs;

    /** Subtracting the maximum rounds a value up to 10, which eˣ turns into as many relative roundings. */
    @RepeatedTest(15)
    @Covers({"softmax", "softmaxGradient"})
    default void softmaxAgreesWithReference(@Given(Cases.class) Rows m) {
        compare(
                m,
                Tolerance.roundings(m.cols() + 16, 1),
                (backend, o) ->
                        backend.softmax(o.in("x", m.rows(), m.cols(), LOGIT), o.fresh("y", m.rows(), m.cols())));
        compareSums(
                m,
                Tolerance.roundings(m.cols() + 4, 3),
                (backend, o) ->
                        backend.softmaxGradient(
                                o.in("y", m.rows(), m.cols(), x -> Math.abs(x) / m.cols()), // a row sums to 1 at most
                                o.in("dy", m.rows(), m.cols()),
                                o.sum("dx", m.rows(), m.cols())));
    }

    /** Each target entry adds up to 10 + log cols; the mean over rows is as long a sum as all of them. */
    @RepeatedTest(15)
    @Covers({"softmaxCrossEntropy", "softmaxCrossEntropyGradient"})
    default void softmaxCrossEntropyAgreesWithReference(@Given(Cases.class) Rows m) {
        compare(
                m,
                Tolerance.roundings(m.rows() * m.cols() + 8, 15),
                (backend, o) ->
                        backend.softmaxCrossEntropy(
                                o.in("logits", m.rows(), m.cols(), LOGIT),
                                o.in("target", m.rows(), m.cols(), x -> Math.abs(x) / m.cols()),
                                o.fresh("loss", 1)));
        compareSums(
                m,
                Tolerance.roundings(m.cols() + 16, 2),
                (backend, o) ->
                        backend.softmaxCrossEntropyGradient(
                                o.in("logits", m.rows(), m.cols(), LOGIT),
                                o.in("target", m.rows(), m.cols(), x -> Math.abs(x) / m.cols()),
                                o.values("dloss", 1, 1, 0.75),
                                o.sum("dlogits", m.rows(), m.cols())));
    }

    @RepeatedTest(15)
    @Covers({"binaryCrossEntropy", "binaryCrossEntropyGradient"})
    default void binaryCrossEntropyAgreesWithReference(@Given(Cases.class) Row v) {
        compare(
                v,
                Tolerance.roundings(Math.min(v.length(), 1000) + 8, 10),
                (backend, o) -> {
                    Matrix logits = o.in("logits", v.length(), LOGIT);
                    backend.binaryCrossEntropy(logits, o.in("target", v.length(), PROBABILITY), o.fresh("loss", 1));
                });
        compareSums(
                v,
                Tolerance.roundings(8, 2),
                (backend, o) ->
                        backend.binaryCrossEntropyGradient(
                                o.in("logits", v.length(), LOGIT),
                                o.in("target", v.length(), PROBABILITY),
                                o.values(
                                        "dloss",
                                        1,
                                        1,
                                        v.length() * 0.5), // so that the factor 1/n leaves a gradient to compare
                                o.sum("dlogits", v.length())));
    }

    @RepeatedTest(15)
    @Covers({"squaredError", "squaredErrorGradient"})
    default void squaredErrorAgreesWithReference(@Given(Cases.class) Row v) {
        compare(
                v,
                Tolerance.roundings(Math.min(v.length(), 1000) + 8, 4),
                (backend, o) ->
                        backend.squaredError(
                                1.0 / v.length(),
                                o.in("x", v.length()),
                                o.in("target", v.length()),
                                o.fresh("loss", 1)));
        compareSums(
                v,
                Tolerance.roundings(8, 3),
                (backend, o) ->
                        backend.squaredErrorGradient(
                                0.3,
                                o.in("x", v.length()),
                                o.in("target", v.length()),
                                o.values("dloss", 1, 1, -1.5),
                                o.sum("dx", v.length())));
    }

    /** Values in steps of a half: ties are common, and the first entry must win them on every backend. */
    @RepeatedTest(20)
    @Covers("matches")
    default void matchesAgreesWithReference(@Given(Cases.class) Rows m) {
        int cols = 1 + m.cols() % 5;
        compare(
                m,
                Tolerance.EXACT,
                (backend, o) ->
                        backend.matches(
                                o.in("output", m.rows(), cols, x -> Math.rint(2 * x) / 2),
                                o.in("target", m.rows(), cols, x -> Math.rint(2 * Math.abs(x)) / 2),
                                o.fresh("count", 1)));
    }

    /** A logit of 0 and a target of ½ both count as "no". */
    @Test
    @Covers("matches")
    default void matchesReadsASingleColumnAsALogit() {
        onBackend(
                backend -> {
                    Matrix output = BackendContract.matrix(backend, 6, -3, 0, 0.1, 9, 0, 2);
                    Matrix target = BackendContract.matrix(backend, 6, 0, 0, 1, 0, 1, 0.5);
                    Buffer count = backend.allocate(1, "count");
                    backend.matches(output, target, count);
                    assertThat(backend.scalar(count)).isEqualTo(3);
                });
    }

    @Test
    @Covers({"softmax", "softmaxCrossEntropy", "softmaxCrossEntropyGradient"})
    default void softmaxOfLargeLogitsDoesNotOverflow() {
        compare(
                Tolerance.roundings(4, 20_000),
                (backend, o) -> {
                    Matrix logits = o.values("logits", 2, 3, 1e4, -1e4, 0, -1e4, -1e4, -1e4);
                    Matrix target = o.values("target", 2, 3, 0, 1, 0, 0, 0, 1);
                    backend.softmaxCrossEntropy(logits, target, o.fresh("loss", 1));
                });
        compare(
                Tolerance.roundings(4, 1),
                (backend, o) -> {
                    Matrix logits = o.values("logits", 2, 3, 1e4, -1e4, 0, -1e4, -1e4, -1e4);
                    Matrix target = o.values("target", 2, 3, 0, 1, 0, 0, 0, 1);
                    backend.softmax(logits, o.fresh("y", 2, 3));
                    backend.softmaxCrossEntropyGradient(
                            logits, target, o.values("dloss", 1, 1, 1), o.sum("dlogits", 2, 3));
                });
    }

    /** max + log Σ as one number would round log Σ away: two classes would be certain at once, and the loss 0. */
    @Test
    @Covers({"softmax", "softmaxCrossEntropy", "softmaxCrossEntropyGradient"})
    default void softmaxOfEqualLogitsIsUniformHoweverLargeTheyAre() {
        onBackend(
                backend -> {
                    for (int cols : new int[] {2, 10, 65, 100}) { // few columns and many are different programs
                        for (double v : new double[] {1, 1e8, 1e12, 1e14, 1e15, 1e16, 1e17, 1e30, -1e17, -1e30}) {
                            double[] row = new double[cols];
                            Arrays.fill(row, v);
                            double[] first = new double[cols];
                            first[0] = 1;
                            Buffer logits = BackendContract.buffer(backend, row);
                            Buffer target = BackendContract.buffer(backend, first);
                            Buffer y = backend.allocate(cols, "y");
                            Buffer loss = backend.allocate(1, "loss");
                            Buffer gradient = backend.allocate(cols, "gradient");
                            backend.softmax(logits, y);
                            backend.softmaxCrossEntropy(logits, target, loss);
                            backend.softmaxCrossEntropyGradient(
                                    logits, target, BackendContract.buffer(backend, 1), gradient);
                            double each = 1.0 / cols;
                            assertThat(backend.download(y))
                                    .as("softmax of %d × %s", cols, v)
                                    .containsOnly(new double[] {each}, within(1e-7));
                            assertThat(backend.scalar(loss))
                                    .as("loss of %d × %s", cols, v)
                                    .isEqualTo(Math.log(cols), within(1e-6));
                            double[] dz = backend.download(gradient);
                            assertThat(dz[0]).as("gradient of %d × %s", cols, v).isEqualTo(each - 1, within(1e-7));
                            assertThat(dz[cols - 1]).as("gradient of %d × %s", cols, v).isEqualTo(each, within(1e-7));
                        }
                    }
                });
    }

    /** A row with a NaN or an infinite maximum predicts no class, so it never counts, whatever its target is. */
    @Test
    @Covers("matches")
    default void matchesNeverCountsARowWithoutASoftmax() {
        double nan = Double.NaN;
        double infinity = Double.POSITIVE_INFINITY;
        onBackend(
                backend -> {
                    for (int cols : new int[] {2, 10, 40, 65}) {
                        for (int target : new int[] {0, 1, cols - 1}) {
                            for (double bad : new double[] {nan, infinity}) {
                                for (int at : new int[] {0, 1, cols - 1}) {
                                    double[] output = new double[cols];
                                    output[target] = 1;
                                    assertThat(matches(backend, output, target)).isEqualTo(1);
                                    output[at] = bad;
                                    assertThat(matches(backend, output, target))
                                            .as("%s at %d of %d, class %d", bad, at, cols, target)
                                            .isZero();
                                }
                            }
                            double[] output = new double[cols];
                            Arrays.fill(output, -infinity);
                            assertThat(matches(backend, output, target)).as("only −∞").isZero();
                            output[target] = -5;
                            assertThat(matches(backend, output, target)).as("−∞ elsewhere").isEqualTo(1);
                        }
                    }
                    Buffer count = backend.allocate(1, "count");
                    Matrix logits =
                            BackendContract.matrix(backend, 6, nan, nan, infinity, infinity, -infinity, -infinity);
                    backend.matches(logits, BackendContract.matrix(backend, 6, 0, 1, 0, 1, 0, 1), count);
                    assertThat(backend.scalar(count)).as("a single logit of −∞ predicts the other class").isEqualTo(1);
                });
    }

    private static double matches(Backend backend, double[] output, int target) {
        double[] oneHot = new double[output.length];
        oneHot[target] = 1;
        Buffer count = backend.allocate(1, "count");
        backend.matches(BackendContract.buffer(backend, output), BackendContract.buffer(backend, oneHot), count);
        return backend.scalar(count);
    }

    @Test
    @Covers({"binaryCrossEntropy", "binaryCrossEntropyGradient"})
    default void binaryCrossEntropyOfLargeLogitsDoesNotOverflow() {
        compare(
                Tolerance.roundings(4, 1e4),
                (backend, o) ->
                        backend.binaryCrossEntropy(
                                o.values("logits", 1, 4, 1e4, -1e4, 1e4, -1e4),
                                o.values("target", 1, 4, 1, 0, 0, 1),
                                o.fresh("loss", 1)));
        onBackend(
                backend -> {
                    Buffer logits = BackendContract.buffer(backend, 1e4, -1e4, 1e4, -1e4);
                    Buffer target = BackendContract.buffer(backend, 1, 0, 0, 1);
                    Buffer loss = backend.allocate(1, "loss");
                    backend.binaryCrossEntropy(logits, target, loss);
                    assertThat(backend.scalar(loss)).isEqualTo(5e3);
                    Buffer gradient = backend.zeros(4, "dlogits");
                    backend.binaryCrossEntropyGradient(
                            logits, target, BackendContract.buffer(backend, 4), gradient.sum());
                    assertThat(backend.download(gradient)).containsExactly(0, 0, 1, -1);
                });
    }

    /** Even where the target is 0: training stops early only if the loss is NaN. */
    @Test
    @Covers({"softmaxCrossEntropy", "binaryCrossEntropy", "squaredError"})
    default void nanInTheOutputMakesTheLossNan() {
        onBackend(
                backend -> {
                    Matrix x = BackendContract.matrix(backend, 2, 1, 2, 3, Double.NaN);
                    Matrix target = BackendContract.matrix(backend, 2, 1, 0, 0, 0);
                    Buffer loss = backend.zeros(1, "loss");
                    backend.softmaxCrossEntropy(x, target, loss);
                    assertThat(backend.scalar(loss)).isNaN();
                    double[] row = new double[40]; // few columns and many are different programs on some devices
                    row[7] = Double.NaN;
                    backend.fill(loss, 0);
                    Buffer zero = backend.zeros(row.length, "zero");
                    backend.softmaxCrossEntropy(BackendContract.buffer(backend, row), zero, loss);
                    assertThat(backend.scalar(loss)).isNaN();
                    backend.fill(loss, 0);
                    backend.binaryCrossEntropy(x, target, loss);
                    assertThat(backend.scalar(loss)).isNaN();
                    backend.fill(loss, 0);
                    backend.squaredError(1, x, target, loss);
                    assertThat(backend.scalar(loss)).isNaN();
                });
    }
}

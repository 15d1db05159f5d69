package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Cases.Matrix;
import chainrule.backend.Cases.Vector;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Softmax, the losses, and counting what is right. */
interface LossContract extends BackendContract {
    /** Logits in [−5, 5]. */
    DoubleUnaryOperator LOGIT = number -> 5 * number;

    /** Targets in [0, 1], some of them exactly 0. */
    DoubleUnaryOperator SHARE = Math::abs;

    /** Subtracting the maximum rounds a number up to 10, which eˣ turns into as many relative roundings. */
    @RepeatedTest(15)
    @Covers({"softmax", "softmaxGradient"})
    default void softmax(@Given(Cases.class) Matrix m) {
        compare(
                m,
                Tolerance.roundings(m.cols() + 16, 1),
                (k, o) -> k.softmax(m.rows(), m.cols(), o.in("x", m.size(), LOGIT), o.fresh("y", m.size())));
        compareGradient(
                m,
                Tolerance.roundings(m.cols() + 4, 3),
                (k, o) ->
                        k.softmaxGradient(
                                m.rows(),
                                m.cols(),
                                o.in("y", m.size(), number -> Math.abs(number) / m.cols()), // a row sums to 1 at most
                                o.in("dy", m.size()),
                                o.target("dx", m.size())));
    }

    /** Each target entry adds up to 10 + log cols; the mean over rows is as long a sum as all of them. */
    @RepeatedTest(15)
    @Covers({"softmaxCrossEntropy", "softmaxCrossEntropyGradient"})
    default void softmaxCrossEntropy(@Given(Cases.class) Matrix m) {
        compare(
                m,
                Tolerance.roundings(m.size() + 8, 15),
                (k, o) ->
                        k.softmaxCrossEntropy(
                                m.rows(),
                                m.cols(),
                                o.in("logits", m.size(), LOGIT),
                                o.in("target", m.size(), number -> Math.abs(number) / m.cols()),
                                o.fresh("loss", 1)));
        compareGradient(
                m,
                Tolerance.roundings(m.cols() + 16, 2),
                (k, o) ->
                        k.softmaxCrossEntropyGradient(
                                m.rows(),
                                m.cols(),
                                o.in("logits", m.size(), LOGIT),
                                o.in("target", m.size(), number -> Math.abs(number) / m.cols()),
                                o.in("dloss", 0.75),
                                o.target("dlogits", m.size())));
    }

    @RepeatedTest(15)
    @Covers({"binaryCrossEntropy", "binaryCrossEntropyGradient"})
    default void binaryCrossEntropy(@Given(Cases.class) Vector v) {
        compare(
                v,
                Tolerance.roundings(Math.min(v.length(), 1000) + 8, 10),
                (k, o) -> {
                    Buffer logits = o.in("logits", v.length(), LOGIT);
                    k.binaryCrossEntropy(logits, o.in("target", v.length(), SHARE), o.fresh("loss", 1));
                });
        compareGradient(
                v,
                Tolerance.roundings(8, 2),
                (k, o) ->
                        k.binaryCrossEntropyGradient(
                                o.in("logits", v.length(), LOGIT),
                                o.in("target", v.length(), SHARE),
                                o.in("dloss", v.length() * 0.5), // so that the factor 1/n leaves a gradient to compare
                                o.target("dlogits", v.length())));
    }

    @RepeatedTest(15)
    @Covers({"squaredError", "squaredErrorGradient"})
    default void squaredError(@Given(Cases.class) Vector v) {
        compare(
                v,
                Tolerance.roundings(Math.min(v.length(), 1000) + 8, 4),
                (k, o) ->
                        k.squaredError(
                                1.0 / v.length(),
                                o.in("x", v.length()),
                                o.in("target", v.length()),
                                o.fresh("loss", 1)));
        compareGradient(
                v,
                Tolerance.roundings(8, 3),
                (k, o) ->
                        k.squaredErrorGradient(
                                0.3,
                                o.in("x", v.length()),
                                o.in("target", v.length()),
                                o.in("dloss", -1.5),
                                o.target("dx", v.length())));
    }

    /** Numbers in steps of a half: ties are common, and the first entry must win them on every backend. */
    @RepeatedTest(20)
    @Covers("matches")
    default void matches(@Given(Cases.class) Matrix m) {
        int cols = 1 + m.cols() % 5;
        compare(
                m,
                Tolerance.EXACT,
                (k, o) ->
                        k.matches(
                                m.rows(),
                                cols,
                                o.in("output", m.rows() * cols, number -> Math.rint(2 * number) / 2),
                                o.in("target", m.rows() * cols, number -> Math.rint(2 * Math.abs(number)) / 2),
                                o.fresh("count", 1)));
    }

    /** A logit of 0 and a target of ½ both count as "no". */
    @Test
    @Covers("matches")
    default void oneColumnIsALogit() {
        onBackend(
                k -> {
                    Buffer output = BackendContract.buffer(k, -3, 0, 0.1, 9, 0, 2);
                    Buffer target = BackendContract.buffer(k, 0, 0, 1, 0, 1, 0.5);
                    Buffer count = k.allocate(1, "count");
                    k.matches(6, 1, output, target, count);
                    assertThat(k.scalar(count)).isEqualTo(3);
                });
    }

    @Test
    @Covers({"softmax", "softmaxCrossEntropy", "softmaxCrossEntropyGradient"})
    default void largeLogitsDoNotOverflowSoftmax() {
        compare(
                Tolerance.roundings(4, 20_000),
                (k, o) -> {
                    Buffer logits = o.in("logits", 1e4, -1e4, 0, -1e4, -1e4, -1e4);
                    Buffer target = o.in("target", 0, 1, 0, 0, 0, 1);
                    k.softmaxCrossEntropy(2, 3, logits, target, o.fresh("loss", 1));
                });
        compare(
                Tolerance.roundings(4, 1),
                (k, o) -> {
                    Buffer logits = o.in("logits", 1e4, -1e4, 0, -1e4, -1e4, -1e4);
                    Buffer target = o.in("target", 0, 1, 0, 0, 0, 1);
                    k.softmax(2, 3, logits, o.fresh("y", 6));
                    k.softmaxCrossEntropyGradient(2, 3, logits, target, o.in("dloss", 1), o.target("dlogits", 6));
                });
    }

    /** max + log Σ as one number would round log Σ away: two classes would be certain at once, and cost nothing. */
    @Test
    @Covers({"softmax", "softmaxCrossEntropy", "softmaxCrossEntropyGradient"})
    default void equalLogitsShareEquallyHoweverLargeTheyAre() {
        onBackend(
                k -> {
                    for (int cols : new int[] {2, 10, 65, 100}) { // few columns and many are different programs
                        for (double v : new double[] {1, 1e8, 1e12, 1e14, 1e15, 1e16, 1e17, 1e30, -1e17, -1e30}) {
                            double[] row = new double[cols];
                            Arrays.fill(row, v);
                            double[] first = new double[cols];
                            first[0] = 1;
                            Buffer logits = BackendContract.buffer(k, row);
                            Buffer target = BackendContract.buffer(k, first);
                            Buffer y = k.allocate(cols, "y");
                            Buffer loss = k.allocate(1, "loss");
                            Buffer gradient = k.allocate(cols, "gradient");
                            k.softmax(1, cols, logits, y);
                            k.softmaxCrossEntropy(1, cols, logits, target, loss);
                            Target into = Target.set(gradient);
                            k.softmaxCrossEntropyGradient(1, cols, logits, target, BackendContract.buffer(k, 1), into);
                            double share = 1.0 / cols;
                            assertThat(k.download(y))
                                    .as("softmax of %d × %s", cols, v)
                                    .containsOnly(new double[] {share}, within(1e-7));
                            assertThat(k.scalar(loss))
                                    .as("loss of %d × %s", cols, v)
                                    .isEqualTo(Math.log(cols), within(1e-6));
                            double[] dz = k.download(gradient);
                            assertThat(dz[0]).as("gradient of %d × %s", cols, v).isEqualTo(share - 1, within(1e-7));
                            assertThat(dz[cols - 1]).as("gradient of %d × %s", cols, v).isEqualTo(share, within(1e-7));
                        }
                    }
                });
    }

    /** A NaN or an infinite maximum is no answer, so it never counts as right, wherever the class that is asked for is. */
    @Test
    @Covers("matches")
    default void aRowWithoutAnAnswerNeverMatches() {
        double nan = Double.NaN;
        double infinity = Double.POSITIVE_INFINITY;
        onBackend(
                k -> {
                    for (int cols : new int[] {2, 10, 40, 65}) {
                        for (int asked : new int[] {0, 1, cols - 1}) {
                            for (double bad : new double[] {nan, infinity}) {
                                for (int at : new int[] {0, 1, cols - 1}) {
                                    double[] output = new double[cols];
                                    output[asked] = 1;
                                    assertThat(matches(k, cols, output, asked)).isEqualTo(1);
                                    output[at] = bad;
                                    assertThat(matches(k, cols, output, asked))
                                            .as("%s at %d of %d, class %d", bad, at, cols, asked)
                                            .isZero();
                                }
                            }
                            double[] output = new double[cols];
                            Arrays.fill(output, -infinity);
                            assertThat(matches(k, cols, output, asked)).as("only −∞").isZero();
                            output[asked] = -5;
                            assertThat(matches(k, cols, output, asked)).as("−∞ elsewhere").isEqualTo(1);
                        }
                    }
                    Buffer count = k.allocate(1, "count");
                    Buffer logits = BackendContract.buffer(k, nan, nan, infinity, infinity, -infinity, -infinity);
                    k.matches(6, 1, logits, BackendContract.buffer(k, 0, 1, 0, 1, 0, 1), count);
                    assertThat(k.scalar(count)).as("a single logit of −∞ is a certain no").isEqualTo(1);
                });
    }

    private static double matches(Backend k, int cols, double[] output, int asked) {
        double[] target = new double[cols];
        target[asked] = 1;
        Buffer count = k.allocate(1, "count");
        k.matches(1, cols, BackendContract.buffer(k, output), BackendContract.buffer(k, target), count);
        return k.scalar(count);
    }

    @Test
    @Covers({"binaryCrossEntropy", "binaryCrossEntropyGradient"})
    default void largeLogitsDoNotOverflowBinaryCrossEntropy() {
        compare(
                Tolerance.roundings(4, 1e4),
                (k, o) ->
                        k.binaryCrossEntropy(
                                o.in("logits", 1e4, -1e4, 1e4, -1e4), o.in("target", 1, 0, 0, 1), o.fresh("loss", 1)));
        onBackend(
                k -> {
                    Buffer logits = BackendContract.buffer(k, 1e4, -1e4, 1e4, -1e4);
                    Buffer target = BackendContract.buffer(k, 1, 0, 0, 1);
                    Buffer loss = k.allocate(1, "loss");
                    k.binaryCrossEntropy(logits, target, loss);
                    assertThat(k.scalar(loss)).isEqualTo(5e3);
                    Buffer gradient = k.zeros(4, "dlogits");
                    k.binaryCrossEntropyGradient(logits, target, BackendContract.buffer(k, 4), Target.add(gradient));
                    assertThat(k.download(gradient)).containsExactly(0, 0, 1, -1);
                });
    }

    /** Even where the target is 0: an early stop relies on the loss to show that something is not a number. */
    @Test
    @Covers({"softmaxCrossEntropy", "binaryCrossEntropy", "squaredError"})
    default void aNanAnywhereMakesTheLossNan() {
        onBackend(
                k -> {
                    Buffer x = BackendContract.buffer(k, 1, 2, 3, Double.NaN);
                    Buffer target = BackendContract.buffer(k, 1, 0, 0, 0);
                    Buffer loss = k.zeros(3, "losses");
                    k.softmaxCrossEntropy(2, 2, x, target, loss);
                    assertThat(k.scalar(loss)).isNaN();
                    double[] row = new double[40]; // few columns and many are different programs on some devices
                    row[7] = Double.NaN;
                    k.fill(loss, 0);
                    Buffer zero = k.zeros(row.length, "zero");
                    k.softmaxCrossEntropy(1, row.length, BackendContract.buffer(k, row), zero, loss);
                    assertThat(k.scalar(loss)).isNaN();
                    k.fill(loss, 0);
                    k.binaryCrossEntropy(x, target, loss);
                    assertThat(k.scalar(loss)).isNaN();
                    k.fill(loss, 0);
                    k.squaredError(1, x, target, loss);
                    assertThat(k.scalar(loss)).isNaN();
                });
    }
}

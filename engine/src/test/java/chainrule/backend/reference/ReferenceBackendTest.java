package chainrule.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Scope;
import chainrule.backend.Statistics;
import chainrule.backend.Target;
import chainrule.backend.Window;

import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.util.MathArrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/** The reference is the specification, so it is held against numbers worked out by hand and against commons-math. */
class ReferenceBackendTest {
    private final Backend k = new ReferenceBackend();
    private Scope scope;

    @BeforeEach
    void open() {
        scope = k.openScope("test");
    }

    @AfterEach
    void close() {
        scope.close();
        k.close();
    }

    private Buffer buffer(double... values) {
        Buffer buffer = k.allocate(values.length, "values");
        k.upload(values, buffer);
        return buffer;
    }

    private void assertHolds(Buffer buffer, double... expected) {
        assertThat(k.download(buffer)).containsExactly(expected, within(1e-12));
    }

    private static double[] random(int n, long seed) {
        return new SplittableRandom(seed).doubles(n, -1, 1).toArray();
    }

    private static RealMatrix matrix(double[] values, int rows, int cols, boolean transposed) {
        RealMatrix m = MatrixUtils.createRealMatrix(transposed ? cols : rows, transposed ? rows : cols);
        for (int i = 0; i < values.length; i++) {
            m.setEntry(i / m.getColumnDimension(), i % m.getColumnDimension(), values[i]);
        }
        return transposed ? m.transpose() : m;
    }

    @Test
    void gemmIsTheMatrixProductOfCommonsMath() {
        double[] a = random(3 * 5, 1);
        double[] b = random(5 * 4, 2);
        double[] before = random(3 * 4, 3);
        for (int flags = 0; flags < 8; flags++) {
            boolean transposeA = (flags & 1) != 0;
            boolean transposeB = (flags & 2) != 0;
            boolean accumulate = (flags & 4) != 0;
            RealMatrix expected = matrix(a, 3, 5, transposeA).multiply(matrix(b, 5, 4, transposeB));
            expected = accumulate ? expected.add(matrix(before, 3, 4, false)) : expected;
            Buffer c = buffer(before);
            k.gemm(transposeA, transposeB, 3, 4, 5, buffer(a), buffer(b), accumulate, c);
            for (int i = 0; i < 12; i++) {
                assertThat(k.download(c)[i]).isEqualTo(expected.getEntry(i / 4, i % 4), within(1e-14));
            }
        }
    }

    @Test
    void momentsAreThoseOfCommonsMath() {
        double[] x = random(21, 4);
        Buffer mean = buffer(0, 0, 0);
        Buffer variance = buffer(0, 0, 0);
        k.moments(7, 3, buffer(x), mean, variance);
        for (int j = 0; j < 3; j++) {
            double[] column = matrix(x, 7, 3, false).getColumn(j);
            assertThat(k.download(mean)[j]).isEqualTo(StatUtils.mean(column), within(1e-15));
            assertThat(k.download(variance)[j]).isEqualTo(StatUtils.populationVariance(column), within(1e-15));
        }
    }

    @Test
    void elementwiseArithmetic() {
        Buffer y = buffer(10, 20);
        k.axpy(3, buffer(1, 2), y);
        assertHolds(y, 13, 26);
        k.scale(-2, y);
        assertHolds(y, -26, -52);
        k.multiply(buffer(2, 3), buffer(5, 7), true, y);
        assertHolds(y, -16, -31);
        k.multiply(buffer(2, 3), buffer(5, 7), false, y);
        assertHolds(y, 10, 21);
        k.add(y, y, y);
        assertHolds(y, 20, 42);
        k.clamp(30, y);
        assertHolds(y, 20, 30);
        k.scale(-1, y);
        k.clamp(25, y);
        assertHolds(y, -20, -25);
    }

    @Test
    void rowsAndColumns() {
        Buffer y = buffer(0, 0, 0, 0, 0, 0);
        k.addRow(3, 2, buffer(1, 2, 3, 4, 5, 6), buffer(10, 20), y);
        assertHolds(y, 11, 22, 13, 24, 15, 26);
        Buffer sums = buffer(100, 200);
        k.addRowGradient(3, 2, buffer(1, 2, 3, 4, 5, 6), Target.add(sums));
        assertHolds(sums, 109, 212);
    }

    @Test
    void im2colOfAPaddedImage() {
        // image 1 2 / 3 4, window 2 × 2, stride 1, same padding: one empty row below, one empty column at the right
        Window w = Window.same(2, 2, 1, 2, 2, 1, 1);
        Buffer columns = k.zeros(16, "columns");
        k.im2col(w, 1, buffer(1, 2, 3, 4), columns);
        assertHolds(columns, 1, 2, 3, 4, 2, 0, 4, 0, 3, 4, 0, 0, 4, 0, 0, 0);
        Buffer dx = buffer(100, 0, 0, 0);
        k.im2colGradient(w, 1, columns, Target.add(dx));
        assertHolds(dx, 101, 4, 6, 16); // each pixel as often as windows see it: 1, 2, 2 and 4 times
    }

    @Test
    void im2colKeepsChannelsTogether() {
        Window w = Window.valid(1, 3, 2, 1, 2, 1, 1);
        Buffer columns = k.zeros(8, "columns");
        k.im2col(w, 1, buffer(1, -1, 2, -2, 3, -3), columns);
        assertHolds(columns, 1, -1, 2, -2, 2, -2, 3, -3);
    }

    /** commons-math convolves, which turns the kernel around; nets correlate. */
    @Test
    void convolutionIsThatOfCommonsMathWithTheKernelTurnedAround() {
        double[] signal = random(9, 5);
        double[] kernel = random(3, 6);
        Buffer y = k.zeros(7, "y");
        k.convolution(Window.valid(9, 1, 1, 3, 1, 1, 1), 1, 1, buffer(signal), buffer(kernel), buffer(0.5), y);
        double[] full = MathArrays.convolve(signal, new double[] {kernel[2], kernel[1], kernel[0]});
        for (int i = 0; i < 7; i++) {
            assertThat(k.download(y)[i]).isEqualTo(full[i + 2] + 0.5, within(1e-14));
        }
    }

    @Test
    void poolingAndItsGradients() {
        Window w = Window.valid(2, 4, 1, 2, 2, 2, 2);
        Buffer x = buffer(1, 7, 5, 5, 3, 7, 2, 4);
        Buffer y = buffer(0, 0);
        k.maxPool(w, 1, x, y);
        assertHolds(y, 7, 5);
        Buffer dx = buffer(1, 1, 1, 1, 1, 1, 1, 1);
        k.maxPoolGradient(w, 1, x, y, buffer(10, 20), Target.add(dx));
        assertHolds(dx, 1, 11, 21, 1, 1, 1, 1, 1); // of two equal maxima the first, row by row
        k.averagePool(w, 1, x, y);
        assertHolds(y, 4.5, 4);
        k.averagePoolGradient(w, 1, buffer(4, 8), Target.add(dx));
        assertHolds(dx, 2, 12, 23, 3, 2, 2, 3, 3);
    }

    @Test
    void averagePoolLeavesPaddingOut() {
        Window w = Window.same(3, 1, 1, 2, 1, 2, 1); // the second window has one tap inside
        Buffer y = buffer(0, 0);
        k.averagePool(w, 1, buffer(2, 4, 9), y);
        assertHolds(y, 3, 9);
        Buffer dx = buffer(0, 0, 0);
        k.averagePoolGradient(w, 1, buffer(1, 1), Target.add(dx));
        assertHolds(dx, 0.5, 0.5, 1);
    }

    @Test
    void normalization() {
        Buffer y = buffer(0, 0);
        k.normalize(2, 1, buffer(3, 7), buffer(5), buffer(3), 1, buffer(10), buffer(0.5), y); // √(3 + 1) = 2
        assertHolds(y, -9.5, 10.5);
        Buffer dx = buffer(1, 1);
        Buffer dgamma = buffer(100);
        Buffer dbeta = buffer(200);
        // x̂ = −1, 1; dy = 1, 5; Σdy = 6; Σdy·x̂ = 4
        k.normalizeGradient(
                2,
                1,
                buffer(3, 7),
                buffer(5),
                buffer(3),
                1,
                buffer(10),
                buffer(1, 5),
                Target.add(dx),
                Target.add(dgamma),
                Target.add(dbeta));
        assertHolds(dx, 6, 26);
        assertHolds(dgamma, 104);
        assertHolds(dbeta, 206);
        k.fill(dx, 0);
        k.batchNormGradient(
                2, 1, buffer(3, 7), buffer(5), buffer(3), 1, buffer(10), buffer(1, 5), Target.add(dx), null, null);
        assertHolds(dx, 5 * (1 - 3 + 2), 5 * (5 - 3 - 2));
        k.fill(dx, 0);
        // σ² = 0 here, so x̂ = −2, 2; Σdy·x̂/2 = 4: 10 · (1 − 3 + 8), 10 · (5 − 3 − 8)
        k.batchNormGradient(
                2, 1, buffer(3, 7), buffer(5), buffer(0), 1, buffer(10), buffer(1, 5), Target.add(dx), null, null);
        assertHolds(dx, 60, -60);
    }

    @Test
    void softmaxAndItsGradient() {
        Buffer y = buffer(0, 0, 0, 0);
        k.softmax(2, 2, buffer(0, Math.log(3), 5, 5), y);
        assertHolds(y, 0.25, 0.75, 0.5, 0.5);
        Buffer dx = buffer(1, 1, 1, 1);
        k.softmaxGradient(2, 2, y, buffer(4, 0, 1, 3), Target.add(dx)); // Σ dy·y = 1 and 2
        assertHolds(dx, 1.75, 0.25, 0.5, 1.5);
    }

    @Test
    void softmaxCrossEntropyAndItsGradient() {
        Buffer logits = buffer(0, Math.log(3), 5, 5);
        Buffer target = buffer(0, 1, 2, 0); // the second row weighs twice
        Buffer loss = buffer(0);
        k.softmaxCrossEntropy(2, 2, logits, target, loss);
        assertHolds(loss, (Math.log(4.0 / 3) + 2 * Math.log(2)) / 2);
        Buffer gradient = buffer(1, 1, 1, 1);
        k.softmaxCrossEntropyGradient(2, 2, logits, target, buffer(6), Target.add(gradient)); // 6/2 · (softmax·Σt − t)
        assertHolds(gradient, 1.75, 0.25, -2, 4);
    }

    @Test
    void binaryCrossEntropyAndItsGradient() {
        Buffer logits = buffer(0, Math.log(3));
        Buffer target = buffer(1, 0.5);
        Buffer loss = buffer(0);
        k.binaryCrossEntropy(logits, target, loss);
        assertHolds(loss, (Math.log(2) - 0.5 * Math.log(0.75) - 0.5 * Math.log(0.25)) / 2);
        Buffer gradient = buffer(1, 1);
        k.binaryCrossEntropyGradient(logits, target, buffer(8), Target.add(gradient));
        assertHolds(gradient, -1, 2);
    }

    @Test
    void squaredErrorAndItsGradient() {
        Buffer loss = buffer(0);
        k.squaredError(0.5, buffer(1, 2), buffer(4, 0), loss);
        assertHolds(loss, 6.5);
        Buffer gradient = buffer(1, 1);
        k.squaredErrorGradient(0.5, buffer(1, 2), buffer(4, 0), buffer(10), Target.add(gradient));
        assertHolds(gradient, -29, 21);
    }

    @Test
    void matchesTakesTheFirstOfEquals() {
        Buffer count = buffer(0);
        k.matches(3, 3, buffer(1, 5, 5, 0, 0, 0, 1, 2, 3), buffer(0, 1, 0, 1, 0, 0, 1, 0, 0), count);
        assertHolds(count, 2);
    }

    @Test
    void dropoutKeepsTheStatedShareAndTheMean() {
        Buffer mask = k.allocate(100_000, "mask");
        k.dropoutMask(42, 0.2, mask);
        double[] m = k.download(mask);
        assertThat(m).containsOnly(0, 1.25);
        assertThat(StatUtils.mean(m)).isEqualTo(1, within(4 * 0.5 / Math.sqrt(100_000)));
        k.dropoutMask(42, 0, mask);
        assertThat(k.download(mask)).containsOnly(1);
    }

    @Test
    void statistics() {
        Statistics s = k.statistics(buffer(3, -4, 0, Double.NaN, Double.POSITIVE_INFINITY));
        assertThat(s).isEqualTo(new Statistics(5, -4, 3, -1, 7, 25, 1, 2));
        assertThat(s.maxAbs()).isEqualTo(4);
        assertThat(s.l2()).isEqualTo(5);
        assertThat(s.zeroShare()).isEqualTo(0.2);
        assertThat(s.meanAbs()).isEqualTo(7.0 / 3);
        assertThat(s.mean()).isEqualTo(-1.0 / 3);
        assertThat(k.statistics(buffer(Double.NaN)).maxAbs()).isNaN();
    }
}

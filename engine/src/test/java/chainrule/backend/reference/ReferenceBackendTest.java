package chainrule.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Images;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Moments;
import chainrule.backend.Scope;
import chainrule.backend.Statistics;
import chainrule.backend.Window;

import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.util.MathArrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/** The reference is the specification, so these tests compare it with results computed by hand and with commons-math. */
class ReferenceBackendTest {
    private final Backend backend = new ReferenceBackend();
    private Scope scope;

    @BeforeEach
    void open() {
        scope = backend.openScope("test");
    }

    @AfterEach
    void close() {
        scope.close();
        backend.close();
    }

    private Buffer buffer(double... values) {
        Buffer buffer = backend.allocate(values.length, "values");
        backend.upload(values, buffer);
        return buffer;
    }

    private Matrix matrix(int rows, double... values) {
        return Matrix.of(buffer(values), rows, values.length / rows);
    }

    /** One image of a single channel. */
    private Images image(int rows, double... values) {
        return new Images(buffer(values), 1, rows, values.length / rows, 1);
    }

    private void assertHolds(Matrix matrix, double... expected) {
        assertThat(backend.download(matrix)).containsExactly(expected, within(1e-12));
    }

    private static double[] random(int n, long seed) {
        return new SplittableRandom(seed).doubles(n, -1, 1).toArray();
    }

    private static RealMatrix real(double[] values, int rows, int cols, boolean transposed) {
        RealMatrix m = MatrixUtils.createRealMatrix(transposed ? cols : rows, transposed ? rows : cols);
        for (int i = 0; i < values.length; i++) {
            m.setEntry(i / m.getColumnDimension(), i % m.getColumnDimension(), values[i]);
        }
        return transposed ? m.transpose() : m;
    }

    @Test
    void matmulAgreesWithCommonsMath() {
        double[] a = random(3 * 5, 1);
        double[] b = random(5 * 4, 2);
        double[] before = random(3 * 4, 3);
        for (int flags = 0; flags < 8; flags++) {
            boolean transposeA = (flags & 1) != 0;
            boolean transposeB = (flags & 2) != 0;
            boolean accumulate = (flags & 4) != 0;
            RealMatrix expected = real(a, 3, 5, transposeA).multiply(real(b, 5, 4, transposeB));
            expected = accumulate ? expected.add(real(before, 3, 4, false)) : expected;
            Matrix c = matrix(3, before);
            Matrix left = transposeA ? matrix(5, a).T() : matrix(3, a);
            Matrix right = transposeB ? matrix(4, b).T() : matrix(5, b);
            backend.matmul(left, right, accumulate ? c.sum() : c);
            for (int i = 0; i < 12; i++) {
                assertThat(backend.download(c)[i]).isEqualTo(expected.getEntry(i / 4, i % 4), within(1e-14));
            }
        }
    }

    @Test
    void momentsAgreeWithCommonsMath() {
        double[] x = random(21, 4);
        Buffer mean = buffer(0, 0, 0);
        Buffer variance = buffer(0, 0, 0);
        backend.moments(matrix(7, x), mean, variance);
        for (int j = 0; j < 3; j++) {
            double[] column = real(x, 7, 3, false).getColumn(j);
            assertThat(backend.download(mean)[j]).isEqualTo(StatUtils.mean(column), within(1e-15));
            assertThat(backend.download(variance)[j]).isEqualTo(StatUtils.populationVariance(column), within(1e-15));
        }
    }

    @Test
    void elementwiseArithmetic() {
        Buffer y = buffer(10, 20);
        backend.axpy(3, buffer(1, 2), y);
        assertHolds(y, 13, 26);
        backend.scale(-2, y, y);
        assertHolds(y, -26, -52);
        backend.multiply(buffer(2, 3), buffer(5, 7), y.sum());
        assertHolds(y, -16, -31);
        backend.multiply(buffer(2, 3), buffer(5, 7), y);
        assertHolds(y, 10, 21);
        backend.scale(2, buffer(1, 1), y.sum());
        assertHolds(y, 12, 23);
        backend.copy(buffer(-2, -2), y.sum());
        assertHolds(y, 10, 21);
        backend.add(y, y, y);
        assertHolds(y, 20, 42);
        backend.clamp(30, y);
        assertHolds(y, 20, 30);
        backend.scale(-1, y, y);
        backend.clamp(25, y);
        assertHolds(y, -20, -25);
    }

    @Test
    void rowsAndColumns() {
        Matrix y = matrix(3, 0, 0, 0, 0, 0, 0);
        backend.addRow(matrix(3, 1, 2, 3, 4, 5, 6), buffer(10, 20), y);
        assertHolds(y, 11, 22, 13, 24, 15, 26);
        Buffer sums = buffer(100, 200);
        backend.columnSums(matrix(3, 1, 2, 3, 4, 5, 6), sums.sum());
        assertHolds(sums, 109, 212);
    }

    @Test
    void im2colPadsTheImage() {
        // image 1 2 / 3 4, window 2 × 2, stride 1, same padding: one empty row below, one empty column at the right
        Window w = Window.same(2, 2, 1, 2, 2, 1, 1);
        Matrix columns = matrix(4, new double[16]);
        backend.im2col(w, image(2, 1, 2, 3, 4), columns);
        assertHolds(columns, 1, 2, 3, 4, 2, 0, 4, 0, 3, 4, 0, 0, 4, 0, 0, 0);
        Matrix dx = matrix(4, 100, 0, 0, 0);
        backend.im2colGradient(w, columns, dx.sum());
        assertHolds(dx, 101, 4, 6, 16); // each pixel as often as windows see it: 1, 2, 2 and 4 times
    }

    @Test
    void im2colKeepsChannelsTogether() {
        Window w = Window.valid(1, 3, 2, 1, 2, 1, 1);
        Matrix columns = matrix(2, new double[8]);
        backend.im2col(w, new Images(buffer(1, -1, 2, -2, 3, -3), 1, 1, 3, 2), columns);
        assertHolds(columns, 1, -1, 2, -2, 2, -2, 3, -3);
    }

    /** commons-math convolves, which reverses the kernel; nets correlate. */
    @Test
    void convolutionAgreesWithCommonsMathForTheReversedKernel() {
        double[] signal = random(9, 5);
        double[] kernel = random(3, 6);
        Images y = image(7, new double[7]);
        Window w = Window.valid(9, 1, 1, 3, 1, 1, 1);
        backend.convolution(w, image(9, signal), matrix(3, kernel), buffer(0.5), y);
        double[] full = MathArrays.convolve(signal, new double[] {kernel[2], kernel[1], kernel[0]});
        for (int i = 0; i < 7; i++) {
            assertThat(backend.download(y)[i]).isEqualTo(full[i + 2] + 0.5, within(1e-14));
        }
    }

    @Test
    void poolingAndItsGradients() {
        Window w = Window.valid(2, 4, 1, 2, 2, 2, 2);
        Images x = image(2, 1, 7, 5, 5, 3, 7, 2, 4);
        Images y = image(1, 0, 0);
        backend.maxPool(w, x, y);
        assertHolds(y, 7, 5);
        Matrix dx = matrix(8, 1, 1, 1, 1, 1, 1, 1, 1);
        backend.maxPoolGradient(w, x, y, image(1, 10, 20), dx.sum());
        assertHolds(dx, 1, 11, 21, 1, 1, 1, 1, 1); // of two equal maxima the first, row by row
        backend.averagePool(w, x, y);
        assertHolds(y, 4.5, 4);
        backend.averagePoolGradient(w, image(1, 4, 8), dx.sum());
        assertHolds(dx, 2, 12, 23, 3, 2, 2, 3, 3);
    }

    @Test
    void averagePoolDoesNotCountPadding() {
        Window w = Window.same(3, 1, 1, 2, 1, 2, 1); // the second window has one tap inside
        Images y = image(2, 0, 0);
        backend.averagePool(w, image(3, 2, 4, 9), y);
        assertHolds(y, 3, 9);
        Matrix dx = matrix(3, 0, 0, 0);
        backend.averagePoolGradient(w, image(2, 1, 1), dx.sum());
        assertHolds(dx, 0.5, 0.5, 1);
    }

    @Test
    void normalization() {
        Matrix x = matrix(2, 3, 7);
        Matrix y = matrix(2, 0, 0);
        Moments moments = new Moments(buffer(5), buffer(3), 1);
        backend.normalize(x, moments, buffer(10), buffer(0.5), y); // √(3 + 1) = 2
        assertHolds(y, -9.5, 10.5);
        Matrix dx = matrix(2, 1, 1);
        Buffer dgamma = buffer(100);
        Buffer dbeta = buffer(200);
        // x̂ = −1, 1; dy = 1, 5; Σdy = 6; Σdy·x̂ = 4
        Matrix dy = matrix(2, 1, 5);
        backend.normalizeGradient(x, moments, buffer(10), dy, dx.sum(), dgamma.sum(), dbeta.sum());
        assertHolds(dx, 6, 26);
        assertHolds(dgamma, 104);
        assertHolds(dbeta, 206);
        backend.fill(dx, 0);
        backend.batchNormGradient(x, moments, buffer(10), dy, dx.sum(), null, null);
        assertHolds(dx, 5 * (1 - 3 + 2), 5 * (5 - 3 - 2));
        backend.fill(dx, 0);
        // σ² = 0 here, so x̂ = −2, 2; Σdy·x̂/2 = 4: 10 · (1 − 3 + 8), 10 · (5 − 3 − 8)
        Moments constant = new Moments(buffer(5), buffer(0), 1);
        backend.batchNormGradient(x, constant, buffer(10), dy, dx.sum(), null, null);
        assertHolds(dx, 60, -60);
    }

    @Test
    void softmaxAndItsGradient() {
        Matrix y = matrix(2, 0, 0, 0, 0);
        backend.softmax(matrix(2, 0, Math.log(3), 5, 5), y);
        assertHolds(y, 0.25, 0.75, 0.5, 0.5);
        Matrix dx = matrix(2, 1, 1, 1, 1);
        backend.softmaxGradient(y, matrix(2, 4, 0, 1, 3), dx.sum()); // Σ dy·y = 1 and 2
        assertHolds(dx, 1.75, 0.25, 0.5, 1.5);
    }

    @Test
    void softmaxCrossEntropyAndItsGradient() {
        Matrix logits = matrix(2, 0, Math.log(3), 5, 5);
        Matrix target = matrix(2, 0, 1, 2, 0); // the second row weighs twice
        Buffer loss = buffer(0);
        backend.softmaxCrossEntropy(logits, target, loss);
        assertHolds(loss, (Math.log(4.0 / 3) + 2 * Math.log(2)) / 2);
        Matrix gradient = matrix(2, 1, 1, 1, 1);
        backend.softmaxCrossEntropyGradient(logits, target, buffer(6), gradient.sum()); // 6/2 · (softmax·Σt − t)
        assertHolds(gradient, 1.75, 0.25, -2, 4);
    }

    @Test
    void binaryCrossEntropyAndItsGradient() {
        Buffer logits = buffer(0, Math.log(3));
        Buffer target = buffer(1, 0.5);
        Buffer loss = buffer(0);
        backend.binaryCrossEntropy(logits, target, loss);
        assertHolds(loss, (Math.log(2) - 0.5 * Math.log(0.75) - 0.5 * Math.log(0.25)) / 2);
        Buffer gradient = buffer(1, 1);
        backend.binaryCrossEntropyGradient(logits, target, buffer(8), gradient.sum());
        assertHolds(gradient, -1, 2);
    }

    @Test
    void squaredErrorAndItsGradient() {
        Buffer loss = buffer(0);
        backend.squaredError(0.5, buffer(1, 2), buffer(4, 0), loss);
        assertHolds(loss, 6.5);
        Buffer gradient = buffer(1, 1);
        backend.squaredErrorGradient(0.5, buffer(1, 2), buffer(4, 0), buffer(10), gradient.sum());
        assertHolds(gradient, -29, 21);
    }

    @Test
    void matchesTakesTheFirstOfEqualEntries() {
        Buffer count = buffer(0);
        backend.matches(matrix(3, 1, 5, 5, 0, 0, 0, 1, 2, 3), matrix(3, 0, 1, 0, 1, 0, 0, 1, 0, 0), count);
        assertHolds(count, 2);
    }

    @Test
    void dropoutMaskKeepsTheStatedFractionAndTheMean() {
        Buffer mask = backend.allocate(100_000, "mask");
        backend.dropoutMask(42, 0.2, mask);
        double[] m = backend.download(mask);
        assertThat(m).containsOnly(0, 1.25);
        assertThat(StatUtils.mean(m)).isEqualTo(1, within(4 * 0.5 / Math.sqrt(100_000)));
        backend.dropoutMask(42, 0, mask);
        assertThat(backend.download(mask)).containsOnly(1);
    }

    @Test
    void statistics() {
        Statistics s = backend.statistics(buffer(3, -4, 0, Double.NaN, Double.POSITIVE_INFINITY));
        assertThat(s).isEqualTo(new Statistics(5, -4, 3, -1, 7, 25, 1, 2));
        assertThat(s.maxAbs()).isEqualTo(4);
        assertThat(s.l2()).isEqualTo(5);
        assertThat(s.zeroShare()).isEqualTo(0.2);
        assertThat(s.meanAbs()).isEqualTo(7.0 / 3);
        assertThat(s.mean()).isEqualTo(-1.0 / 3);
        assertThat(backend.statistics(buffer(Double.NaN)).maxAbs()).isNaN();
    }
}

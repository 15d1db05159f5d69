package chainrule.simd;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Scope;

import jdk.incubator.vector.FloatVector;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

/** What the contract does not say of softmax over many classes; the build runs it at each width the CPU supports. */
class WideSoftmaxTest {
    private static final int ROWS = 70;

    private static double[] uniform(int n, double scale, long seed) {
        return new Random(seed).doubles(n).map(x -> (float) (scale * (2 * x - 1))).toArray();
    }

    private static Matrix matrix(Backend backend, int cols, double[] values) {
        Buffer buffer = backend.allocate(values.length, "operand");
        backend.upload(values, buffer);
        return Matrix.of(buffer, values.length / cols, cols);
    }

    /** Softmax, its gradient, the loss and its gradient, one after the other. */
    private static double[] results(int threads, int cols) {
        int n = ROWS * cols;
        try (Backend backend = new SimdBackend(threads);
                Scope _ = backend.openScope("test")) {
            Matrix z = matrix(backend, cols, uniform(n, 20, 1));
            Matrix t = matrix(backend, cols, uniform(n, 1, 2));
            Matrix y = matrix(backend, cols, new double[n]);
            Matrix dx = matrix(backend, cols, uniform(n, 1, 3)).sum();
            Matrix dz = matrix(backend, cols, uniform(n, 1, 4)).sum();
            Buffer loss = backend.allocate(1, "loss");
            backend.softmax(z, y);
            backend.softmaxGradient(y, t, dx);
            backend.softmaxCrossEntropy(z, t, loss);
            backend.softmaxCrossEntropyGradient(z, t, matrix(backend, 1, new double[] {2}), dz);
            return Stream.of(y, dx, loss, dz).map(backend::download).flatMapToDouble(Arrays::stream).toArray();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65, 80, 999, 1000})
    void bitsDoNotDependOnTheNumberOfThreads(int cols) {
        double[] one = results(1, cols);
        assertThat(one).doesNotContain(Double.NaN);
        assertThat(results(2, cols)).isEqualTo(one);
        assertThat(results(3, cols)).isEqualTo(one);
    }

    /** The formulas in plain Java, with the same sixteen running sums: so no bit depends on the vector width. */
    @ParameterizedTest
    @ValueSource(ints = {65, 80, 999, 1000})
    void hasTheBitsOfSixteenRunningSumsAtAnyVectorWidth(int cols) {
        double[] z = uniform(cols, 20, 5);
        double[] t = uniform(cols, 1, 6);
        float max = (float) Arrays.stream(z).max().orElseThrow();
        float[] e = new float[cols];
        float[] sums = new float[16];
        float[] dots = new float[16];
        float[] targets = new float[16];
        for (int j = 0; j < cols; j++) {
            e[j] = exp((float) z[j] - max);
            sums[j % 16] += e[j];
            dots[j % 16] += (float) t[j] * ((float) z[j] - max);
            targets[j % 16] += (float) t[j];
        }
        float scale = (float) (1 / total(sums));
        double[] y = new double[cols];
        Arrays.setAll(y, j -> e[j] * scale);
        double loss = (float) (total(targets) * Math.log(total(sums)) - total(dots));
        try (Backend backend = new SimdBackend(1);
                Scope _ = backend.openScope("test")) {
            Matrix logits = matrix(backend, cols, z);
            Buffer softmax = backend.allocate(cols, "y");
            Buffer computed = backend.allocate(1, "loss");
            backend.softmax(logits, Matrix.of(softmax, 1, cols));
            backend.softmaxCrossEntropy(logits, matrix(backend, cols, t), computed);
            assertThat(backend.download(softmax)).isEqualTo(y);
            assertThat(backend.scalar(computed)).isEqualTo(loss);
        }
    }

    private static double total(float[] sums) {
        double total = 0;
        for (float sum : sums) {
            total += sum;
        }
        return total;
    }

    /** {@link VectorMath#exp} of one value. */
    private static float exp(float x) {
        float[] in = new float[Lanes.LANES];
        Arrays.fill(in, x);
        return VectorMath.exp(FloatVector.fromArray(Lanes.FLOATS, in, 0)).lane(0);
    }

    @Test
    void exponentialOfNegativeHasTheBitsOfExp() {
        float[] special = {
            0f, -0f, -Float.MIN_VALUE, -87.29999f, -87.3f, -87.30001f, -1e30f, Float.NEGATIVE_INFINITY, Float.NaN
        };
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            float[] x = new float[Lanes.LANES];
            for (int k = 0; k < x.length; k++) {
                x[k] = i < special.length ? special[i] : -100 * random.nextFloat();
            }
            FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, 0);
            assertThat(VectorMath.expOfNegative(v).toArray()).as("%s", v).isEqualTo(VectorMath.exp(v).toArray());
        }
    }

    /** A NaN in the first column of a row must not be taken for one in the last vector of the row before. */
    @ParameterizedTest
    @ValueSource(ints = {65, 999})
    void aRowWithNanLeavesItsNeighborsAlone(int cols) {
        double[] z = uniform(3 * cols, 5, 8);
        z[cols] = Double.NaN;
        try (Backend backend = new SimdBackend(1);
                Scope _ = backend.openScope("test")) {
            Buffer y = backend.allocate(3 * cols, "y");
            backend.softmax(matrix(backend, cols, z), Matrix.of(y, 3, cols));
            double[] softmax = backend.download(y);
            assertThat(Arrays.copyOfRange(softmax, cols, 2 * cols)).containsOnly(Double.NaN);
            for (int row : new int[] {0, 2}) {
                assertThat(Arrays.stream(softmax, row * cols, (row + 1) * cols).sum()).isBetween(1 - 1e-5, 1 + 1e-5);
            }
        }
    }
}

package chainrule.cuda.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Elementwise;

import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Correct kernels give correct results in every order, lazily, checked and counted. */
class SoundKernelsTest {
    static List<Settings> settings() {
        Settings standard = Settings.standard();
        return List.of(
                standard,
                standard.withThreads(1).withOrder(Settings.Order.REVERSE),
                standard.withOrder(Settings.Order.RANDOM).withSeed(7),
                standard.withLazy(true),
                standard.withCheck(true).withCount(true));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void addsVectors(Settings settings) {
        try (TestDevice device = new TestDevice(Kernels.SOUND, settings)) {
            int n = 1000;
            float[] x = ramp(n, -3, 0.01f);
            CUdeviceptr y = device.upload(ramp(n, 5, -0.02f));
            succeed(device, device.run("saxpy", 4, 256, n, 2f, device.upload(x), y));
            float[] sum = device.download(y, n);
            for (int i = 0; i < n; i++) {
                assertThat(sum[i]).isEqualTo(Math.fma(2f, x[i], 5 - 0.02f * i));
            }
        }
    }

    /** Functions such as expf are long sequences of instructions with all rounding modes. */
    @ParameterizedTest
    @MethodSource("settings")
    void computesFunctionsOfTheCLibrary(Settings settings) {
        List<DoubleUnaryOperator> expected =
                List.of(
                        Math::exp,
                        v -> Math.log(Math.abs(v)),
                        Math::sin,
                        Math::tanh,
                        SoundKernelsTest::erf,
                        v -> Math.pow(Math.abs(v), 1.7f),
                        Math::expm1,
                        v -> Math.log1p(Math.abs(v)),
                        v -> Math.rint(v) + Math.floor(v) + Math.ceil(v) + (v < 0 ? Math.ceil(v) : Math.floor(v)),
                        v -> 1 / Math.sqrt(Math.abs(v) + 1),
                        v -> v % 1.5);
        int n = 300;
        float[] x = ramp(n, -7.01f, 0.05f);
        x[7] = 1e5f; // sinf reduces it with the digits of 2/pi, in local memory
        x[8] = Float.NaN;
        x[9] = Float.NEGATIVE_INFINITY;
        try (TestDevice device = new TestDevice(Kernels.SOUND, settings)) {
            CUdeviceptr dx = device.upload(x);
            CUdeviceptr dy = device.allocate(4L * n);
            for (int f = 0; f < expected.size(); f++) {
                succeed(device, device.run("apply", 3, 128, f, dx, dy, n));
                float[] y = device.download(dy, n);
                for (int i = 0; i < n; i++) {
                    double right = expected.get(f).applyAsDouble(x[i]);
                    if (Double.isNaN(right) || Double.isInfinite(right) || (float) right == Float.POSITIVE_INFINITY) {
                        assertThat(y[i]).as("%d(%s)", f, x[i]).isEqualTo(Float.valueOf((float) right));
                    } else {
                        double tolerance = 4e-7 * Math.max(1, Math.abs(right));
                        assertThat((double) y[i]).as("%d(%s)", f, x[i]).isCloseTo(right, within(tolerance));
                    }
                }
            }
        }
    }

    /** 2Φ(x√2) − 1, where GELU is x·Φ(x). */
    private static double erf(double x) {
        double scaled = x * Math.sqrt(2);
        return 2 * Elementwise.GELU.value(scaled, 0) / scaled - 1;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void readsConstants(Settings settings) {
        try (TestDevice device = new TestDevice(Kernels.SOUND, settings)) {
            CUdeviceptr y = device.allocate(16);
            succeed(device, device.run("apply", 1, 32, 11, device.upload(1, 1, 1, 2f), y, 4));
            assertThat(device.download(y, 4)).containsExactly(1, 2, 3, 8);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void transposesTiles(Settings settings) {
        try (TestDevice device = new TestDevice(Kernels.SOUND, settings)) {
            int rows = 70;
            int columns = 45;
            CUdeviceptr out = device.allocate(4L * rows * columns);
            CUdeviceptr in = device.upload(ramp(rows * columns, 0, 1));
            succeed(device, device.run("transpose", new int[] {2, 3}, new int[] {32, 8}, 0, in, out, rows, columns));
            float[] transposed = device.download(out, rows * columns);
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    assertThat(transposed[c * rows + r]).isEqualTo(r * columns + c);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void givesRowsOfSoftmaxThatSumToOne(Settings settings) {
        try (TestDevice device = new TestDevice(Kernels.SOUND, settings)) {
            int rows = 5;
            int columns = 301;
            float[] x = new float[rows * columns];
            for (int i = 0; i < x.length; i++) {
                x[i] = i * 7919 % 100 * 0.1f;
            }
            CUdeviceptr dy = device.allocate(4L * x.length);
            int[] grid = {rows, 1};
            succeed(device, device.run("softmax", grid, new int[] {96, 1}, 12, device.upload(x), dy, columns));
            float[] y = device.download(dy, x.length);
            for (int r = 0; r < rows; r++) {
                double sum = 0;
                for (int c = 0; c < columns; c++) {
                    sum += Math.exp(x[r * columns + c]);
                }
                for (int c = 0; c < columns; c++) {
                    double right = Math.exp(x[r * columns + c]) / sum;
                    assertThat((double) y[r * columns + c]).isCloseTo(right, within(1e-6 * right + 1e-9));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void runsVotesAndAtomics(Settings settings) {
        try (TestDevice device = new TestDevice(Kernels.SOUND, settings)) {
            int n = 1000;
            CUdeviceptr out = device.upload(0, -100, 0);
            succeed(device, device.run("count_positive", 4, 256, device.upload(ramp(n, -300, 1)), out, n));
            assertThat(device.downloadInts(out, 3)).containsExactly(699, 699, 699);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void takesStructsByValueAndVectors(Settings settings) {
        try (TestDevice device = new TestDevice(Kernels.SOUND, settings)) {
            int height = 6;
            int width = 7;
            CUdeviceptr x = device.upload(ramp(height * width * 4, 0, 1));
            CUdeviceptr y = device.allocate(16 * 6);
            succeed(device, device.run("window_sum", 1, 32, x, y, new int[] {height, width, 3, 2}, 6L));
            float[] sums = device.download(y, 24);
            for (int i = 0; i < 6; i++) {
                int center = (i / 3 * 2 + 1) * width + i % 3 * 2 + 1;
                for (int k = 0; k < 4; k++) {
                    assertThat(sums[4 * i + k]).isEqualTo(9 * (4 * center + k));
                }
            }
        }
    }

    /** The blocks arrive in different orders, but the sum is the same. */
    @ParameterizedTest
    @MethodSource("settings")
    void sumsInTheLastBlock(Settings settings) {
        try (TestDevice device = new TestDevice(Kernels.SOUND, settings.withCheck(false))) {
            int n = 1000;
            CUdeviceptr sum = device.allocate(4);
            CUdeviceptr done = device.upload(0);
            CUdeviceptr x = device.upload(ramp(n, 0, 1));
            succeed(device, device.run("sum_last_block", 16, 64, x, device.allocate(64), done, sum, n));
            assertThat(device.download(sum, 1)).containsExactly(499500);
        }
    }

    private static void succeed(TestDevice device, int result) {
        assertThat(CUresult.stringFor(result))
                .as(device.emulated().report())
                .isEqualTo(CUresult.stringFor(CUresult.CUDA_SUCCESS));
    }

    private static float[] ramp(int n, float first, float step) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = first + step * i;
        }
        return values;
    }
}

package chainrule.simd;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Images;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Window;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Winograd's convolution has larger rounding errors than a direct one, because its transforms subtract. The test
 * bounds them against float64, relative to the root mean square of the result.
 */
class WinogradTest {
    private static final int IN = 32;
    private static final int OUT = 64;
    private static final int IMAGES = 5;

    static Stream<Window> windows() {
        return Stream.of(
                Window.same(16, 16, IN, 3, 3, 1, 1),
                Window.same(7, 7, IN, 3, 3, 1, 1),
                Window.same(5, 14, IN, 3, 3, 1, 1),
                Window.valid(10, 9, IN, 3, 3, 1, 1),
                new Window(new Window.Axis(6, 3, 1, 2, 8), new Window.Axis(6, 3, 1, 2, 8), IN));
    }

    /** The results of the three primitives on one backend; each gradient once added to another, and once alone. */
    private record Results(double[] y, double[] dx, double[] dw, double[] dxAlone, double[] dwAlone) {
        static Results on(Backend backend, Window w) {
            return on(backend, w, "", 0);
        }

        /** The same with a special value in the middle of one operand. */
        static Results on(Backend backend, Window w, String operand, double planted) {
            SplittableRandom random = new SplittableRandom(3);
            Images x = input(random(backend, random, IMAGES * w.inputSize()), w);
            Matrix weight = Matrix.of(random(backend, random, w.patchSize() * OUT), w.patchSize(), OUT);
            Buffer bias = random(backend, random, OUT);
            Images dy = output(random(backend, random, IMAGES * w.outputPixels() * OUT), w);
            Matrix special = Map.of("x", x, "weight", weight, "dy", dy).get(operand);
            if (special != null) {
                double[] values = backend.download(special);
                values[values.length / 2] = planted;
                backend.upload(values, special);
            }
            Images y = output(backend.allocate(dy.elements(), "y"), w);
            Matrix dx = like(x, random(backend, random, x.elements()));
            Matrix dw = like(weight, random(backend, random, weight.elements()));
            backend.convolution(w, x, weight, bias, y);
            backend.convolutionInputGradient(w, dy, weight, dx.sum());
            backend.convolutionWeightGradient(w, x, dy, dw.sum());
            Matrix dxAlone = like(x, backend.allocate(x.elements(), "dx alone"));
            Matrix dwAlone = like(weight, backend.allocate(weight.elements(), "dw alone"));
            backend.fill(dxAlone, Double.NaN);
            backend.fill(dwAlone, Double.NaN);
            backend.convolutionInputGradient(w, dy, weight, dxAlone);
            backend.convolutionWeightGradient(w, x, dy, dwAlone);
            return new Results(
                    backend.download(y),
                    backend.download(dx),
                    backend.download(dw),
                    backend.download(dxAlone),
                    backend.download(dwAlone));
        }

        private static Images input(Buffer buffer, Window w) {
            return new Images(buffer, IMAGES, w.height(), w.width(), IN);
        }

        private static Images output(Buffer buffer, Window w) {
            return new Images(buffer, IMAGES, w.outHeight(), w.outWidth(), OUT);
        }

        private static Matrix like(Matrix shape, Buffer buffer) {
            return Matrix.of(buffer, shape.rows(), shape.cols());
        }

        private static Buffer random(Backend backend, SplittableRandom random, int length) {
            double[] values = random.doubles(length, -1, 1).map(v -> (float) v).toArray();
            Buffer buffer = backend.allocate(length, "random");
            backend.upload(values, buffer);
            return buffer;
        }
    }

    /**
     * A tile may also turn the neighbors of a non-finite element into NaN, but must hide no result that is not finite.
     */
    @ParameterizedTest
    @CsvSource({"x, NaN", "x, Infinity", "weight, NaN", "weight, -Infinity", "dy, NaN", "dy, Infinity"})
    void hidesNoNonFiniteValue(String operand, double planted) {
        Window w = Window.same(5, 14, IN, 3, 3, 1, 1);
        Results expected = run(new ReferenceBackend(), b -> Results.on(b, w, operand, planted));
        Results actual = run(new SimdBackend(2), b -> Results.on(b, w, operand, planted));
        assertShows(actual.y, expected.y);
        assertShows(actual.dx, expected.dx);
        assertShows(actual.dw, expected.dw);
        assertShows(actual.dxAlone, expected.dxAlone);
        assertShows(actual.dwAlone, expected.dwAlone);
    }

    private static void assertShows(double[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            if (!Double.isFinite(expected[i])) {
                assertThat(actual[i]).matches(v -> !Double.isFinite(v), "not finite, as the reference at " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("windows")
    void staysCloseToFloat64(Window w) {
        assertThat(Winograd.suits(w, OUT)).isTrue();
        Results expected = run(new ReferenceBackend(), w);
        Results actual = run(new SimdBackend(2), w);
        assertThat(error(actual.y, expected.y)).as("output").isLessThan(1e-5);
        assertThat(error(actual.dx, expected.dx)).as("input gradient").isLessThan(1e-5);
        assertThat(error(actual.dw, expected.dw)).as("weight gradient").isLessThan(2e-5);
        assertThat(error(actual.dxAlone, expected.dxAlone)).as("input gradient alone").isLessThan(1e-5);
        assertThat(error(actual.dwAlone, expected.dwAlone)).as("weight gradient alone").isLessThan(2e-5);
    }

    @ParameterizedTest
    @MethodSource("windows")
    void givesTheSameBitsForAnyNumberOfThreads(Window w) {
        Results one = run(new SimdBackend(1), w);
        for (int threads : new int[] {2, 3, 7}) {
            Results several = run(new SimdBackend(threads), w);
            assertThat(several.y).containsExactly(one.y);
            assertThat(several.dx).containsExactly(one.dx);
            assertThat(several.dw).containsExactly(one.dw);
        }
    }

    private static Results run(Backend backend, Window w) {
        return run(backend, b -> Results.on(b, w));
    }

    private static Results run(Backend backend, Function<Backend, Results> work) {
        try (backend;
                var _ = backend.openScope("test")) {
            return work.apply(backend);
        }
    }

    /** The largest error, relative to the root mean square of the expected values. */
    private static double error(double[] actual, double[] expected) {
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            squares += expected[i] * expected[i];
            largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
        }
        return largest / Math.sqrt(squares / expected.length);
    }
}

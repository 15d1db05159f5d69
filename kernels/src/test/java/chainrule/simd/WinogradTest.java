package chainrule.simd;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Target;
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
 * Winograd's convolution has larger rounding errors than a direct one, because its transforms subtract. They are bounded
 * here against float64, relative to the root mean square of the result.
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
                new Window(6, 6, IN, 3, 3, 1, 1, 2, 2, 8, 8));
    }

    /** The results of the three primitives on one backend; the gradients come added to others, and alone. */
    private record Results(double[] y, double[] dx, double[] dw, double[] dxAlone, double[] dwAlone) {
        static Results on(Backend k, Window w) {
            return on(k, w, "", 0);
        }

        /** The same with a special value in the middle of one operand. */
        static Results on(Backend k, Window w, String operand, double planted) {
            SplittableRandom random = new SplittableRandom(3);
            Buffer x = random(k, random, IMAGES * w.inputSize());
            Buffer weight = random(k, random, w.patchSize() * OUT);
            Buffer bias = random(k, random, OUT);
            Buffer dy = random(k, random, IMAGES * w.outputPixels() * OUT);
            Buffer special = Map.of("x", x, "weight", weight, "dy", dy).get(operand);
            if (special != null) {
                double[] numbers = k.download(special);
                numbers[numbers.length / 2] = planted;
                k.upload(numbers, special);
            }
            Buffer y = k.allocate(dy.length(), "y");
            Buffer dx = random(k, random, x.length());
            Buffer dw = random(k, random, weight.length());
            k.convolution(w, IMAGES, OUT, x, weight, bias, y);
            k.convolutionInputGradient(w, IMAGES, OUT, dy, weight, Target.add(dx));
            k.convolutionWeightGradient(w, IMAGES, OUT, x, dy, Target.add(dw));
            Buffer dxAlone = k.allocate(x.length(), "dx alone");
            Buffer dwAlone = k.allocate(weight.length(), "dw alone");
            k.fill(dxAlone, Double.NaN);
            k.fill(dwAlone, Double.NaN);
            k.convolutionInputGradient(w, IMAGES, OUT, dy, weight, Target.set(dxAlone));
            k.convolutionWeightGradient(w, IMAGES, OUT, x, dy, Target.set(dwAlone));
            return new Results(k.download(y), k.download(dx), k.download(dw), k.download(dxAlone), k.download(dwAlone));
        }

        private static Buffer random(Backend k, SplittableRandom random, int length) {
            double[] values = random.doubles(length, -1, 1).map(v -> (float) v).toArray();
            Buffer buffer = k.allocate(length, "random");
            k.upload(values, buffer);
            return buffer;
        }
    }

    /** A tile may make NaN of the numbers beside one that is not finite; but every result that is not finite must show. */
    @ParameterizedTest
    @CsvSource({"x, NaN", "x, Infinity", "weight, NaN", "weight, -Infinity", "dy, NaN", "dy, Infinity"})
    void hidesNoNumberThatIsNotFinite(String operand, double planted) {
        Window w = Window.same(5, 14, IN, 3, 3, 1, 1);
        Results expected = run(new ReferenceBackend(), k -> Results.on(k, w, operand, planted));
        Results actual = run(new SimdBackend(2), k -> Results.on(k, w, operand, planted));
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
        return run(backend, k -> Results.on(k, w));
    }

    private static Results run(Backend backend, Function<Backend, Results> work) {
        try (backend;
                var _ = backend.openScope("test")) {
            return work.apply(backend);
        }
    }

    /** The largest error, relative to the root mean square of what is expected. */
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

package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Cases.Row;
import chainrule.backend.Memory.Buffer;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Elementwise functions and arithmetic. */
interface ElementwiseContract extends BackendContract {
    double SLOPE = 0.25;

    /**
     * 8 roundings of values up to 2: float32 tanh may be off by 4.2e-7 = 7 units, and LeCun's function stretches that by
     * 1.7159.
     */
    Tolerance FUNCTION = Tolerance.roundings(8, 2);

    /** 1 − y² doubles the error of y; LeCun's derivative is 1.15 times that; then comes the addition. */
    Tolerance DERIVATIVE = Tolerance.roundings(16, 2);

    @RepeatedTest(15)
    @Covers("map")
    default void mapAgreesWithReference(@Given(Cases.class) Row v) {
        for (Elementwise f : Elementwise.values()) {
            compare(
                    v,
                    f == Elementwise.IDENTITY || f == Elementwise.RELU ? Tolerance.EXACT : FUNCTION,
                    (backend, o) -> {
                        Matrix x = o.in("x", v.length(), value -> 10 * value);
                        backend.map(f, SLOPE, x, o.fresh("y", v.length()));
                        Matrix inPlace = o.state("inPlace", v.length(), value -> 10 * value);
                        backend.map(f, SLOPE, inPlace, inPlace);
                    });
        }
    }

    @RepeatedTest(15)
    @Covers("mapGradient")
    default void mapGradientAgreesWithReference(@Given(Cases.class) Row v) {
        for (Elementwise f : Elementwise.values()) {
            compareSums(
                    v,
                    DERIVATIVE,
                    (backend, o) -> {
                        Matrix x = o.in("x", v.length(), value -> 10 * value);
                        Matrix y = o.fresh("y", v.length());
                        backend.map(f, SLOPE, x, y);
                        backend.mapGradient(f, SLOPE, x, y, o.in("dy", v.length()), o.sum("dx", v.length()));
                    });
        }
    }

    /** A NaN must remain a NaN, so that a run stops where it first appeared; infinities go to the limits. */
    @ParameterizedTest
    @EnumSource
    @Covers("map")
    default void mapKeepsNanAndTakesInfinityToTheLimit(Elementwise f) {
        double infinity = Double.POSITIVE_INFINITY;
        double[] limits = {ElementwiseOracle.value(f, SLOPE, -infinity), ElementwiseOracle.value(f, SLOPE, infinity)};
        onBackend(
                backend -> {
                    // 19 elements: a vector loop handles some, its tail the last ones
                    double[] x = new double[19];
                    double[] expected = new double[19];
                    for (int i = 0; i < 19; i++) {
                        x[i] = i % 3 == 0 ? Double.NaN : i % 3 == 1 ? -infinity : infinity;
                        expected[i] = i % 3 == 0 ? Double.NaN : limits[i % 3 - 1];
                    }
                    Buffer y = backend.allocate(19, "y");
                    backend.map(f, SLOPE, BackendContract.buffer(backend, x), y);
                    double[] values = backend.download(y);
                    for (int i = 0; i < 19; i++) {
                        // a rational approximation may stop one step short of its limit
                        boolean near = Math.abs(values[i] - expected[i]) <= backend.unitRoundoff();
                        assertThat(near || Double.compare(values[i], expected[i]) == 0)
                                .as("%s(%s) is %s, expected %s", f, x[i], values[i], expected[i])
                                .isTrue();
                    }
                });
    }

    /** A choice, not a product with 0 or 1: NaN and infinity stop where x ≤ 0 and pass elsewhere, also where x is NaN. */
    @Test
    @Covers("mapGradient")
    default void reluGradientIsDyOrZero() {
        double nan = Double.NaN;
        double infinity = Double.POSITIVE_INFINITY;
        double[] xs = {-1, 0, -0.0, -infinity, 1e-40, 2, infinity, nan};
        double[] dys = {nan, infinity, -infinity, 3};
        double[] x = new double[xs.length * dys.length];
        double[] dy = new double[x.length];
        double[] expected = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = xs[i / dys.length];
            dy[i] = dys[i % dys.length];
            expected[i] = i / dys.length < 4 ? 0 : dy[i];
        }
        onBackend(
                backend -> {
                    Buffer y = backend.allocate(x.length, "y");
                    Buffer dx = backend.allocate(x.length, "dx");
                    backend.map(Elementwise.RELU, 0, BackendContract.buffer(backend, x), y);
                    Buffer in = BackendContract.buffer(backend, x);
                    backend.mapGradient(Elementwise.RELU, 0, in, y, BackendContract.buffer(backend, dy), dx);
                    assertThat(backend.download(dx)).containsExactly(expected);
                });
    }

    @RepeatedTest(10)
    @Covers({"add", "multiply"})
    default void addAndMultiplyAgreeWithReference(@Given(Cases.class) Row v) {
        int n = v.length();
        compareSums(
                v,
                Tolerance.sum(1),
                (backend, o) -> {
                    Matrix x = o.in("x", n);
                    Matrix y = o.in("y", n);
                    backend.add(x, y, o.fresh("sum", n));
                    Matrix left = o.state("sum over its left operand", n);
                    backend.add(left, y, left);
                    Matrix right = o.state("sum over its right operand", n);
                    backend.add(x, right, right);
                    Matrix twice = o.state("sum with itself", n);
                    backend.add(twice, twice, twice);
                    backend.multiply(x, y, o.sum("product", n));
                    backend.multiply(x, x, o.sum("square", n));
                });
    }

    @RepeatedTest(10)
    @Covers({"axpy", "scale"})
    default void axpyAndScaleAgreeWithReference(@Given(Cases.class) Row v) {
        double alpha = (Math.floorMod(v.seed(), 2) == 0 ? 1 : -1) * 0.7;
        compareSums(
                v,
                Tolerance.roundings(4, 2),
                (backend, o) -> {
                    Matrix x = o.in("x", v.length());
                    backend.axpy(alpha, x, o.state("y", v.length()));
                    backend.scale(alpha, x, o.sum("scaled", v.length()));
                    Matrix inPlace = o.state("scaled in place", v.length());
                    backend.scale(alpha, inPlace, inPlace);
                });
    }

    @RepeatedTest(10)
    @Covers("copy")
    default void copyAgreesWithReference(@Given(Cases.class) Row v) {
        compareSums(v, Tolerance.sum(1), (backend, o) -> backend.copy(o.in("x", v.length()), o.sum("y", v.length())));
    }

    @RepeatedTest(10)
    @Covers("fill")
    default void fillAgreesWithReference(@Given(Cases.class) Row v) {
        compare(v, Tolerance.EXACT, (backend, o) -> backend.fill(o.fresh("x", v.length()), 0.25));
    }

    @RepeatedTest(10)
    @Covers("clamp")
    default void clampAgreesWithReference(@Given(Cases.class) Row v) {
        compare(
                v,
                Tolerance.EXACT,
                (backend, o) -> {
                    backend.clamp(0.5, o.state("clamped", v.length()));
                    backend.clamp(8, o.state("unchanged", v.length()));
                });
    }

    @Test
    @Covers("clamp")
    default void clampKeepsNanAndTakesInfinityToTheLimit() {
        onBackend(
                backend -> {
                    // 19 elements: a vector loop handles some, its tail the last ones
                    double[] x = new double[19];
                    double[] expected = new double[19];
                    double infinity = Double.POSITIVE_INFINITY;
                    for (int i = 0; i < 19; i++) {
                        x[i] = new double[] {Double.NaN, -infinity, infinity, 0.125, -0.25}[i % 5];
                        expected[i] = new double[] {Double.NaN, -0.25, 0.25, 0.125, -0.25}[i % 5];
                    }
                    Buffer b = BackendContract.buffer(backend, x);
                    backend.clamp(0.25, b);
                    assertThat(backend.download(b)).containsExactly(expected);
                });
    }
}

package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Cases.Vector;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Elementwise functions and arithmetic. */
interface ElementwiseContract extends BackendContract {

    @Test
    @Covers("inPlaceGradients")
    default void aGradientInPlaceIsThatBesideIt() {
        onBackend(
                k -> {
                    Buffer x = BackendContract.buffer(k, 1, -2, 3, -4, 5);
                    Buffer dy = BackendContract.buffer(k, 6, 7, 8, 9, 10);
                    Buffer dx = k.inPlaceGradients() ? dy : k.allocate(5, "dx");
                    k.mapGradient(Elementwise.RELU, 0, x, x, dy, Target.set(dx));
                    assertThat(k.download(dx)).containsExactly(6, 0, 8, 0, 10);
                });
    }

    double SLOPE = 0.25;

    /**
     * 8 roundings of values up to 2: float32 tanh may be off by 4.2e-7 = 7 units, and LeCun's stretches that by 1.7159.
     */
    Tolerance FUNCTION = Tolerance.roundings(8, 2);

    /** 1 − y² doubles the error of y; LeCun's derivative is 1.15 times that; then comes the addition. */
    Tolerance DERIVATIVE = Tolerance.roundings(16, 2);

    @RepeatedTest(15)
    @Covers("map")
    default void map(@Given(Cases.class) Vector v) {
        for (Elementwise f : Elementwise.values()) {
            compare(
                    v,
                    f == Elementwise.IDENTITY || f == Elementwise.RELU ? Tolerance.EXACT : FUNCTION,
                    (k, o) -> {
                        Buffer x = o.in("x", v.length(), number -> 10 * number);
                        k.map(f, SLOPE, x, o.fresh("y", v.length()));
                        Buffer inPlace = o.inOut("inPlace", v.length(), number -> 10 * number);
                        k.map(f, SLOPE, inPlace, inPlace);
                    });
        }
    }

    @RepeatedTest(15)
    @Covers("mapGradient")
    default void mapGradient(@Given(Cases.class) Vector v) {
        for (Elementwise f : Elementwise.values()) {
            compareGradient(
                    v,
                    DERIVATIVE,
                    (k, o) -> {
                        Buffer x = o.in("x", v.length(), number -> 10 * number);
                        Buffer y = o.fresh("y", v.length());
                        k.map(f, SLOPE, x, y);
                        k.mapGradient(f, SLOPE, x, y, o.in("dy", v.length()), o.target("dx", v.length()));
                    });
        }
    }

    /** A NaN must come out as a NaN, so that a run stops where it first appeared; infinities go to the limits. */
    @ParameterizedTest
    @EnumSource
    @Covers("map")
    default void nanStaysNanAndInfinitiesGoToTheLimit(Elementwise f) {
        double infinity = Double.POSITIVE_INFINITY;
        double[] limits =
                switch (f) {
                    case IDENTITY, LEAKY_RELU, LECUN -> new double[] {-infinity, infinity};
                    case RELU, GELU -> new double[] {0, infinity};
                    case SIGMOID -> new double[] {0, 1};
                    case TANH -> new double[] {-1, 1};
                };
        onBackend(
                k -> {
                    // 19 numbers: some handled by a vector loop, the last ones by its tail
                    double[] x = new double[19];
                    double[] expected = new double[19];
                    for (int i = 0; i < 19; i++) {
                        x[i] = i % 3 == 0 ? Double.NaN : i % 3 == 1 ? -infinity : infinity;
                        expected[i] = i % 3 == 0 ? Double.NaN : limits[i % 3 - 1];
                    }
                    Buffer y = k.allocate(19, "y");
                    k.map(f, SLOPE, BackendContract.buffer(k, x), y);
                    double[] values = k.download(y);
                    for (int i = 0; i < 19; i++) {
                        // a rational approximation may stop one step short of its limit
                        boolean near = Math.abs(values[i] - expected[i]) <= k.unitRoundoff();
                        assertThat(near || Double.compare(values[i], expected[i]) == 0)
                                .as("%s(%s) is %s, expected %s", f, x[i], values[i], expected[i])
                                .isTrue();
                    }
                });
    }

    /** A choice, not a product with 0 or 1: NaN and infinity stop where x ≤ 0 and pass elsewhere, where x is NaN too. */
    @Test
    @Covers("mapGradient")
    default void reluStopsOrPassesAnyGradient() {
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
                k -> {
                    Buffer y = k.allocate(x.length, "y");
                    Buffer dx = k.allocate(x.length, "dx");
                    k.map(Elementwise.RELU, 0, BackendContract.buffer(k, x), y);
                    Buffer in = BackendContract.buffer(k, x);
                    k.mapGradient(Elementwise.RELU, 0, in, y, BackendContract.buffer(k, dy), Target.set(dx));
                    assertThat(k.download(dx)).containsExactly(expected);
                });
    }

    @RepeatedTest(10)
    @Covers({"add", "multiply"})
    default void addAndMultiply(@Given(Cases.class) Vector v) {
        int n = v.length();
        compare(
                v,
                Tolerance.sum(1),
                (k, o) -> {
                    Buffer x = o.in("x", n);
                    Buffer y = o.in("y", n);
                    k.add(x, y, o.fresh("sum", n));
                    Buffer left = o.inOut("sum over its left operand", n);
                    k.add(left, y, left);
                    Buffer right = o.inOut("sum over its right operand", n);
                    k.add(x, right, right);
                    Buffer twice = o.inOut("sum with itself", n);
                    k.add(twice, twice, twice);
                    k.multiply(x, y, false, o.fresh("product", n));
                    k.multiply(x, y, true, o.sum("sum and product", n));
                    k.multiply(x, x, false, o.fresh("square", n));
                });
    }

    @RepeatedTest(10)
    @Covers({"axpy", "scale"})
    default void axpyAndScale(@Given(Cases.class) Vector v) {
        double alpha = (Math.floorMod(v.seed(), 2) == 0 ? 1 : -1) * 0.7;
        compare(
                v,
                Tolerance.roundings(4, 2),
                (k, o) -> {
                    k.axpy(alpha, o.in("x", v.length()), o.sum("y", v.length()));
                    k.scale(alpha, o.inOut("scaled", v.length()));
                });
    }

    @RepeatedTest(10)
    @Covers("clamp")
    default void clamp(@Given(Cases.class) Vector v) {
        compare(
                v,
                Tolerance.EXACT,
                (k, o) -> {
                    k.clamp(0.5, o.inOut("clamped", v.length()));
                    k.clamp(8, o.inOut("untouched", v.length()));
                });
    }

    @Test
    @Covers("clamp")
    default void clampingKeepsNanAndBringsInfinitiesToTheLimit() {
        onBackend(
                k -> {
                    // 19 numbers: some handled by a vector loop, the last ones by its tail
                    double[] x = new double[19];
                    double[] expected = new double[19];
                    double infinity = Double.POSITIVE_INFINITY;
                    for (int i = 0; i < 19; i++) {
                        x[i] = new double[] {Double.NaN, -infinity, infinity, 0.125, -0.25}[i % 5];
                        expected[i] = new double[] {Double.NaN, -0.25, 0.25, 0.125, -0.25}[i % 5];
                    }
                    Buffer b = BackendContract.buffer(k, x);
                    k.clamp(0.25, b);
                    assertThat(k.download(b)).containsExactly(expected);
                });
    }

    @RepeatedTest(10)
    @Covers("dropoutMask")
    default void dropoutMask(@Given(Cases.class) Vector v) {
        for (double rate : new double[] {0, 0.1, 0.5, 0.9}) {
            compare(
                    v,
                    Tolerance.roundings(1, 1 / (1 - rate)),
                    (k, o) -> k.dropoutMask(v.seed() * 31, rate, o.inOut("mask", v.length())));
        }
    }
}

package chainrule.backend;

import static org.assertj.core.api.Assertions.fail;

import chainrule.backend.SpecialValueCases.Case;
import chainrule.backend.SpecialValueCases.Given;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * NaN, infinities, zeros of both signs, denormal and very large values in each operand of each primitive in turn: the
 * result is NaN, +∞, −∞ or finite as its formula says, and if finite near to it. A result too large for float is infinite on
 * a float32 backend.
 */
interface SpecialValueContract extends BackendContract {
    double[] PLANTED = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        1e-40f,
        -Float.MIN_VALUE,
        1e30f,
        -1e30f
    };

    @ParameterizedTest
    @MethodSource("chainrule.backend.SpecialValueCases#all")
    default void specialValuesGiveResultsOfTheKindOfTheFormula(Case c) {
        trial().once(backend -> check(backend, c));
    }

    /** Plants every value in every operand: first, in the middle and last. */
    static void check(Backend backend, Case c) {
        compare(backend, c, "nothing", 0, 1, c.operands());
        c.operands()
                .forEach(
                        (name, values) -> {
                            int n = values.length;
                            for (int at : n == 1 ? new int[] {0} : new int[] {0, n / 2, n - 1}) {
                                for (double planted : PLANTED) {
                                    Map<String, double[]> operands = new LinkedHashMap<>(c.operands());
                                    double[] changed = values.clone();
                                    changed[at] = planted;
                                    operands.put(name, changed);
                                    compare(backend, c, name, at, planted, operands);
                                }
                            }
                        });
    }

    private static void compare(
            Backend backend, Case c, String name, int at, double planted, Map<String, double[]> operands) {
        try (Scope _ = backend.openScope("special values")) {
            Given given = new Given(operands, backend);
            double[] expected = c.oracle().of(given);
            double[] actual = c.run().run(backend, given);
            boolean isFloat = backend.unitRoundoff() == 0x1p-24 && !c.doubles();
            double scale = 1;
            if (Math.abs(planted) > 1e20) {
                for (double e : expected) {
                    scale = Double.isFinite(e) && Math.abs(e) < Float.MAX_VALUE ? Math.max(scale, Math.abs(e)) : scale;
                }
            }
            boolean infinite = Double.isInfinite(planted);
            boolean mayBeNan = c.spreads().contains(name) && !Double.isFinite(planted);
            boolean infinityMayBeNan = c.maybeNan().contains(name) && infinite;
            for (int i = 0; i < expected.length; i++) {
                double e = isFloat ? (float) expected[i] : expected[i];
                double a = actual[i];
                boolean same =
                        Double.isFinite(e)
                                ? Math.abs(a - e) <= (isFloat ? 2e-5 : 1e-11) * Math.max(scale, Math.abs(e))
                                : Double.compare(a, e) == 0;
                same |= Double.isNaN(a) && (mayBeNan || infinityMayBeNan && Double.isInfinite(e));
                same &= !c.bits() || Double.compare(a, e) == 0;
                if (!same || actual.length != expected.length) {
                    fail(
                            "%s on %s: with %s at %s[%d] result %d of %d is %s, expected %s",
                            c, backend.name(), planted, name, at, i, expected.length, a, e);
                }
            }
        }
    }
}

package chainrule.backend;

import chainrule.backend.Cases.Rows;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;

import java.util.function.DoubleUnaryOperator;

/** Batch normalization. */
interface NormalizationContract extends BackendContract {
    double EPSILON = 0.01;

    /** A variance of at least 0.1, so 1/√(σ² + ε) ≤ 3.1. */
    DoubleUnaryOperator VARIANCE = x -> Math.abs(x) + 0.1;

    /** With |x − μ| ≤ 2 nothing exceeds 8. */
    @RepeatedTest(15)
    @Covers("normalize")
    default void normalizeAgreesWithReference(@Given(Cases.class) Rows m) {
        compare(
                m,
                Tolerance.roundings(8, 8),
                (backend, o) ->
                        backend.normalize(
                                o.in("x", m.rows(), m.cols()),
                                new Moments(o.in("mean", m.cols()), o.in("variance", m.cols(), VARIANCE), EPSILON),
                                o.in("gamma", m.cols()),
                                o.in("beta", m.cols()),
                                o.fresh("y", m.rows(), m.cols())));
    }

    private static Moments constants(Operands o, int cols) {
        return new Moments(o.in("mean", cols, x -> x / 8), o.in("variance", cols, VARIANCE), EPSILON);
    }

    /** dβ and dγ are sums over the rows of terms up to 7; dx has terms up to 3.1. */
    @RepeatedTest(15)
    @Covers("normalizeGradient")
    default void normalizeGradientAgreesWithReference(@Given(Cases.class) Rows m) {
        compareSums(
                m,
                Tolerance.roundings(m.rows() + 8, 4 * Math.sqrt(m.rows())),
                (backend, o) ->
                        backend.normalizeGradient(
                                o.in("x", m.rows(), m.cols()),
                                constants(o, m.cols()),
                                o.in("gamma", m.cols()),
                                o.in("dy", m.rows(), m.cols()),
                                o.sum("dx", m.rows(), m.cols()),
                                o.sum("dgamma", m.cols()),
                                o.sum("dbeta", m.cols())));
    }

    /**
     * With the batch's own moments Σx̂² ≤ rows, so |Σ dy·x̂| ≤ rows; and |x̂| ≤ √rows. The factor γ/√(σ² + ε) is 10 at
     * most, where the variance is 0. A factor √rows is left for what is in fact random in sign.
     */
    @RepeatedTest(15)
    @Covers("batchNormGradient")
    default void batchNormGradientAgreesWithReference(@Given(Cases.class) Rows m) {
        compareSums(
                m,
                Tolerance.roundings(m.rows() + 8, 10 + Math.sqrt(m.rows())),
                (backend, o) -> {
                    Matrix x = o.in("x", m.rows(), m.cols());
                    Moments moments = new Moments(o.fresh("mean", m.cols()), o.fresh("variance", m.cols()), EPSILON);
                    backend.moments(x, moments.mean(), moments.variance());
                    backend.batchNormGradient(
                            x,
                            moments,
                            o.in("gamma", m.cols()),
                            o.in("dy", m.rows(), m.cols()),
                            o.sum("dx", m.rows(), m.cols()),
                            o.sum("dgamma", m.cols()),
                            o.sum("dbeta", m.cols()));
                });
    }

    /**
     * Both gradients in all combinations of results that are null, added to or overwritten. The moments are constants, so
     * that both can run on them: x̂ ≤ 3.5, dx ≤ 3.1 · (2 + x̂²).
     */
    @RepeatedTest(4)
    @Covers({"batchNormGradient", "normalizeGradient"})
    default void eachGradientMayBeNullOrAddedToOrOverwritten(@Given(Cases.class) Rows m) {
        for (int i = 0; i < 27; i++) {
            int kinds = i;
            compare(
                    m,
                    Tolerance.roundings(m.rows() + 8, 40 + 4 * Math.sqrt(m.rows())),
                    (backend, o) -> {
                        Matrix x = o.in("x", m.rows(), m.cols());
                        Moments moments = constants(o, m.cols());
                        Matrix gamma = o.in("gamma", m.cols());
                        Matrix dy = o.in("dy", m.rows(), m.cols());
                        Matrix dx = result(kinds, o, "dx", m.rows(), m.cols());
                        Matrix dgamma = result(kinds / 3, o, "dgamma", 1, m.cols());
                        Matrix dbeta = result(kinds / 9, o, "dbeta", 1, m.cols());
                        backend.normalizeGradient(x, moments, gamma, dy, dx, dgamma, dbeta);
                        dx = result(kinds, o, "dx through the moments", m.rows(), m.cols());
                        dgamma = result(kinds / 3, o, "dgamma with dx through the moments", 1, m.cols());
                        dbeta = result(kinds / 9, o, "dbeta with dx through the moments", 1, m.cols());
                        backend.batchNormGradient(x, moments, gamma, dy, dx, dgamma, dbeta);
                    });
        }
    }

    private static Matrix result(int kind, Operands o, String name, int rows, int cols) {
        return switch (kind % 3) {
            case 0 -> null;
            case 1 -> o.sum(name, rows, cols);
            default -> o.fresh(name, rows, cols);
        };
    }
}

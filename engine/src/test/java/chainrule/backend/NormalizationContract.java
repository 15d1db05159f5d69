package chainrule.backend;

import chainrule.backend.Cases.Matrix;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;

/** Batch normalisation. */
interface NormalizationContract extends BackendContract {
    double EPSILON = 0.01;

    /** The variance is at least 0.1, so 1/√(σ² + ε) ≤ 3.1; with |x − μ| ≤ 2 nothing exceeds 8. */
    @RepeatedTest(15)
    @Covers("normalize")
    default void normalize(@Given(Cases.class) Matrix m) {
        compare(
                m,
                Tolerance.roundings(8, 8),
                (k, o) ->
                        k.normalize(
                                m.rows(),
                                m.cols(),
                                o.in("x", m.size()),
                                o.in("mean", m.cols()),
                                o.in("variance", m.cols(), number -> Math.abs(number) + 0.1),
                                EPSILON,
                                o.in("gamma", m.cols()),
                                o.in("beta", m.cols()),
                                o.fresh("y", m.size())));
    }

    /** dβ and dγ are sums over the rows of terms up to 7; dx has terms up to 3.1. */
    @RepeatedTest(15)
    @Covers("normalizeGradient")
    default void normalizeGradient(@Given(Cases.class) Matrix m) {
        compareGradient(
                m,
                Tolerance.roundings(m.rows() + 8, 4 * Math.sqrt(m.rows())),
                (k, o) ->
                        k.normalizeGradient(
                                m.rows(),
                                m.cols(),
                                o.in("x", m.size()),
                                o.in("mean", m.cols(), number -> number / 8),
                                o.in("variance", m.cols(), number -> Math.abs(number) + 0.1),
                                EPSILON,
                                o.in("gamma", m.cols()),
                                o.in("dy", m.size()),
                                o.target("dx", m.size()),
                                o.target("dgamma", m.cols()),
                                o.target("dbeta", m.cols())));
    }

    /**
     * With the batch's own moments Σx̂² ≤ rows, so |Σ dy·x̂| ≤ rows; and |x̂| ≤ √rows. The factor γ/√(σ² + ε) is 10 at
     * most, where the variance is 0. A factor √rows is left for what is in fact random in sign.
     */
    @RepeatedTest(15)
    @Covers("batchNormGradient")
    default void batchNormGradient(@Given(Cases.class) Matrix m) {
        compareGradient(
                m,
                Tolerance.roundings(m.rows() + 8, 10 + Math.sqrt(m.rows())),
                (k, o) -> {
                    Buffer x = o.in("x", m.size());
                    Buffer mean = o.fresh("mean", m.cols());
                    Buffer variance = o.fresh("variance", m.cols());
                    k.moments(m.rows(), m.cols(), x, mean, variance);
                    k.batchNormGradient(
                            m.rows(),
                            m.cols(),
                            x,
                            mean,
                            variance,
                            EPSILON,
                            o.in("gamma", m.cols()),
                            o.in("dy", m.size()),
                            o.target("dx", m.size()),
                            o.target("dgamma", m.cols()),
                            o.target("dbeta", m.cols()));
                });
    }

    /** The moments are not the batch's own here, so that both gradients can be asked: x̂ ≤ 3.5, dx ≤ 3.1 · (2 + x̂²). */
    @RepeatedTest(4)
    @Covers({"batchNormGradient", "normalizeGradient"})
    default void everyGradientIsUnwantedOrAddedOrOverwritten(@Given(Cases.class) Matrix m) {
        for (int i = 0; i < 27; i++) {
            int kinds = i;
            compare(
                    m,
                    Tolerance.roundings(m.rows() + 8, 40 + 4 * Math.sqrt(m.rows())),
                    (k, o) -> {
                        Buffer x = o.in("x", m.size());
                        Buffer mean = o.in("mean", m.cols(), number -> number / 8);
                        Buffer variance = o.in("variance", m.cols(), number -> Math.abs(number) + 0.1);
                        Buffer gamma = o.in("gamma", m.cols());
                        Buffer dy = o.in("dy", m.size());
                        Target dx = target(kinds, o, "dx", m.size());
                        Target dgamma = target(kinds / 3, o, "dgamma", m.cols());
                        Target dbeta = target(kinds / 9, o, "dbeta", m.cols());
                        int rows = m.rows();
                        int cols = m.cols();
                        k.normalizeGradient(rows, cols, x, mean, variance, EPSILON, gamma, dy, dx, dgamma, dbeta);
                        dx = target(kinds, o, "dx through the moments", m.size());
                        dgamma = target(kinds / 3, o, "dgamma beside dx through the moments", m.cols());
                        dbeta = target(kinds / 9, o, "dbeta beside dx through the moments", m.cols());
                        k.batchNormGradient(rows, cols, x, mean, variance, EPSILON, gamma, dy, dx, dgamma, dbeta);
                    });
        }
    }

    private static Target target(int kind, Operands o, String name, int length) {
        return switch (kind % 3) {
            case 0 -> null;
            case 1 -> Target.add(o.sum(name, length));
            default -> o.overwritten(name, length);
        };
    }
}

package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Cases.Matrix;
import chainrule.backend.Cases.Product;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Matrix products. */
interface ProductContract extends BackendContract {

    @RepeatedTest(80) // eight combinations of flags
    @Covers("gemm")
    default void gemm(@Given(Cases.class) Product p) {
        compare(
                p,
                Tolerance.sum(p.k()),
                (k, o) -> {
                    Buffer c = p.accumulate() ? o.sum("c", p.m() * p.n()) : o.fresh("c", p.m() * p.n());
                    Buffer a = o.in("a", p.m() * p.k());
                    Buffer b = o.in("b", p.k() * p.n());
                    k.gemm(p.transposeA(), p.transposeB(), p.m(), p.n(), p.k(), a, b, p.accumulate(), c);
                });
    }

    /** NaN · 0 is NaN: a product that skips zeros would hide where a net went wrong. */
    @Test
    @Covers("gemm")
    default void nanPassesThroughAProductWithZero() {
        onBackend(
                k -> {
                    Buffer a = BackendContract.buffer(k, 0, 1, 0, 0);
                    Buffer b = BackendContract.buffer(k, Double.NaN, 2, 3, 4);
                    Buffer c = k.zeros(4, "c");
                    k.gemm(false, false, 2, 2, 2, a, b, false, c);
                    assertThat(k.download(c)).containsExactly(Double.NaN, 4, Double.NaN, 0);
                });
    }

    @RepeatedTest(15)
    @Covers("affine")
    default void affine(@Given(Cases.class) Matrix x) {
        int out = 1 + Math.floorMod(x.seed(), 40);
        for (boolean withBias : new boolean[] {true, false}) {
            compare(
                    x,
                    Tolerance.sum(x.cols() + 1),
                    (k, o) ->
                            k.affine(
                                    x.rows(),
                                    x.cols(),
                                    out,
                                    o.in("x", x.size()),
                                    o.in("w", x.cols() * out),
                                    withBias ? o.in("bias", out) : null,
                                    o.inOut("y", x.rows() * out)));
        }
    }
}

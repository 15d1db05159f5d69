package chainrule.experiments.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.check.SelfTest;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

class SelfTestTableTest {
    private static SelfTest.Result result(String primitive, double error, String failure) {
        return new SelfTest.Result(primitive, "3 × 4", error, failure);
    }

    /** Two shapes of gemm, one of them wrong on the second backend, whose softmax throws. */
    @Test
    void namesAWrongPrimitiveWithShapeAndBackend() {
        SequencedMap<String, List<SelfTest.Result>> results = new LinkedHashMap<>();
        results.put(
                "ejml", List.of(result("gemm", 0, null), result("gemm", 1.25e-7, null), result("softmax", 0, null)));
        results.put(
                "cuda",
                List.of(
                        result("gemm", Double.POSITIVE_INFINITY, null),
                        result("gemm", 0.5, null),
                        result("softmax", Double.NaN, "no such kernel")));
        SelfTestTable table = new SelfTestTable(results);
        assertThat(table.passed()).isFalse();
        assertThat(table.verdict()).isEqualTo("3 of 6 tests failed");
        assertThat(table.text().lines().map(String::strip))
                .containsExactly(
                        "primitive                    shapes        ejml        cuda"
                                + "   largest error, relative to the largest value",
                        "gemm                              2     1.3e-07       WRONG",
                        "cuda on 3 × 4: not finite, unlike the reference",
                        "cuda on 3 × 4: off by 5.0e-01 of the largest value",
                        "softmax                           1       exact       WRONG",
                        "cuda on 3 × 4: no such kernel");
        results.remove("cuda");
        assertThat(new SelfTestTable(results).passed()).isTrue();
        assertThat(new SelfTestTable(results).verdict())
                .isEqualTo("all 3 tests passed: each primitive tested agrees with the reference");
    }
}

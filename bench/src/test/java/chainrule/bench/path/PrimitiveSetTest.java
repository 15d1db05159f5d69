package chainrule.bench.path;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.check.PrimitiveCase;
import chainrule.backend.check.PrimitiveCases;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

class PrimitiveSetTest {
    @Test
    void countsEveryTapOfAConvolution() {
        Work work = PrimitiveSet.CONVOLUTION.work("convolution", "3-32@32", "ejml");
        assertThat(work.unit()).isEqualTo(Work.Unit.FLOP);
        assertThat(work.amount()).isEqualTo(2.0 * 128 * 32 * 32 * 27 * 32);
        assertThat(work.executed()).isEqualTo(work.flop());
    }

    @Test
    void coversEveryPrimitiveAndVariant() {
        Set<String> measured =
                Arrays.stream(PrimitiveSet.values())
                        .flatMap(set -> set.cases(set.shapes().getFirst()).stream())
                        .map(c -> c.primitive() + " " + c.variant())
                        .collect(Collectors.toSet());
        assertThat(PrimitiveCases.all())
                .extracting(c -> c.primitive() + " " + c.variant())
                // the product of two transposed matrices occurs in no layer; scaling in place ends at denormal numbers
                .filteredOn(name -> !Set.of("matmul Aᵀ·Bᵀ", "scale in place").contains(name))
                .allMatch(measured::contains);
    }

    @ParameterizedTest
    @CsvSource({
        "CONVOLUTION, 4-8@8s2",
        "CONVOLUTION, 4-8@8k1",
        "CONVOLUTION, 4-8@8k5",
        "CONVOLUTION, 4-8@8v",
        "CONVOLUTION, 4-8@9k5s2v",
        "IM2COL, 3@7k5",
        "POOLING, 8x8x4k3s2",
        "POOLING, 9x7x4k3s3",
        "BATCHNORM, 64x8",
        "LOSS, 16x10",
        "LOSS, 16x100",
        "ELEMENTWISE, 1003",
        "OPTIMIZER, 1003",
        "GEMM, 17x19x23"
    })
    void runsEveryCase(PrimitiveSet set, String shape) {
        assertThat(set.accepts(shape)).isTrue();
        try (Backend backend = Backends.open("simd", new Setup(1, "", false)).backend()) {
            for (PrimitiveCase c : set.cases(shape)) {
                try (var _ = backend.openScope("case")) {
                    PrimitiveCase.Arguments arguments = c.on(backend, false, PrimitiveCase.Draw.NORMAL);
                    arguments.call();
                    assertThat(arguments.results().values())
                            .as("%s", c)
                            .allSatisfy(values -> assertThat(Arrays.stream(values)).doesNotContain(Double.NaN));
                }
            }
        }
    }

    @Test
    void acceptsShapesInItsOwnSpelling() {
        for (PrimitiveSet set : PrimitiveSet.values()) {
            assertThat(set.shapes()).allMatch(set::accepts);
        }
        assertThat(PrimitiveSet.POOLING.accepts("2x2x1k3")).as("a window larger than its image").isFalse();
        assertThat(PrimitiveSet.GEMM.accepts("0x1x1")).isFalse();
        assertThat(PrimitiveSet.GEMM.accepts("1x1")).isFalse();
        assertThat(PrimitiveSet.ELEMENTWISE.accepts("99999999999")).isFalse();
    }

    @Test
    void countsTrafficOnce() {
        for (PrimitiveSet set : PrimitiveSet.values()) {
            for (PrimitiveCase c : set.cases(set.shapes().getFirst())) {
                Work work = Work.of(c);
                assertThat(work.moved() + work.again()).as("%s", c).isEqualTo(4.0 * c.elementsMoved(false));
                assertThat(work.footprint()).as("%s", c).isPositive().isLessThanOrEqualTo(work.moved());
            }
        }
        Work axpy = PrimitiveSet.ELEMENTWISE.work("axpy", "4096", "simd");
        assertThat(axpy).isEqualTo(new Work(Work.Unit.BYTE, 8192, 8192, 16_384, 0, 16_384, 0));
    }
}

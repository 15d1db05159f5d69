package chainrule.backend.check;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Primitives;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.stream.Collectors;

class PrimitiveCasesTest {
    @Test
    void containsEveryPrimitive() {
        assertThat(PrimitiveCases.all().stream().map(PrimitiveCase::primitive).collect(Collectors.toSet()))
                .isEqualTo(Primitives.computing());
    }

    @Test
    void countsEachElementInOneKindOfTraffic() {
        for (PrimitiveCase c : PrimitiveCases.all()) {
            for (boolean accumulate : new boolean[] {false, true}) {
                long moved =
                        c.elementsRead()
                                + c.elementsWritten(accumulate)
                                + 2 * c.elementsUpdated(accumulate)
                                + c.elementsReadAgain();
                assertThat(moved).as("%s", c).isEqualTo(c.elementsMoved(accumulate));
            }
        }
    }

    @Test
    void countsArithmeticOfEveryPrimitiveThatComputes() {
        assertThat(PrimitiveCases.all())
                .filteredOn(c -> c.operations() == 0)
                .extracting(c -> (c.primitive() + " " + c.variant()).strip())
                .containsOnly(
                        "map identity", "fill", "copy", "im2col", "maxPoolGradient", "averagePoolGradient", "matches");
        assertThat(PrimitiveCases.matrices(2, 3, 5).getFirst().operations()).isEqualTo(2 * 2 * 3 * 5);
    }

    @Test
    void drawsValuesOfADistribution() {
        PrimitiveCase copy =
                PrimitiveCases.elementwise(1000).stream()
                        .filter(c -> c.primitive().equals("copy"))
                        .findFirst()
                        .orElseThrow();
        try (Backend backend = new ReferenceBackend();
                var _ = backend.openScope("draw")) {
            double[] uniform = x(copy.on(backend, false), backend);
            double[] normal = x(copy.on(backend, false, PrimitiveCase.Draw.NORMAL), backend);
            assertThat(Arrays.stream(uniform)).allMatch(v -> Math.abs(v) <= 1);
            assertThat(Arrays.stream(normal)).anyMatch(v -> v > 1).anyMatch(v -> v < -1);
            assertThat(Arrays.stream(normal).map(v -> v * v).average().orElseThrow()).isBetween(0.85, 1.15);
        }
    }

    private static double[] x(PrimitiveCase.Arguments arguments, Backend backend) {
        return backend.download(arguments.matrix("x"));
    }
}

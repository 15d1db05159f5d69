package chainrule.backend.check;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Primitives;

import org.junit.jupiter.api.Test;

import java.util.stream.Collectors;

class PrimitiveCasesTest {
    @Test
    void containsEveryPrimitive() {
        assertThat(PrimitiveCases.all().stream().map(PrimitiveCase::primitive).collect(Collectors.toSet()))
                .isEqualTo(Primitives.computing());
    }
}

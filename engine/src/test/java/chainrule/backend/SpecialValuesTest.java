package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.SpecialValueCases.Case;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The reference backend against the formulas, with special values in every operand. */
class SpecialValuesTest {
    @ParameterizedTest
    @MethodSource("chainrule.backend.SpecialValueCases#all")
    void referenceAgreesWithTheFormulas(Case c) {
        try (Backend backend = new ReferenceBackend()) {
            SpecialValueContract.check(backend, c);
        }
    }

    @Test
    void everyPrimitiveHasACase() {
        Set<String> primitives = new TreeSet<>(Primitives.computing());
        primitives.addAll(Primitives.transfers());
        primitives.remove("download"); // every case uses it
        assertThat(SpecialValueCases.all().stream().map(Case::primitive).collect(Collectors.toSet()))
                .isEqualTo(primitives);
    }
}

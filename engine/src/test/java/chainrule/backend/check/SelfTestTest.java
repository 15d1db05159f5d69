package chainrule.backend.check;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Primitives;
import chainrule.backend.ejml.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The self-test passes correct backends, tries every primitive, and fails a wrong one. */
class SelfTestTest {
    @Test
    void triesEveryPrimitive() {
        Set<String> primitives = new TreeSet<>(Primitives.computing());
        primitives.addAll(Primitives.transfers());
        primitives.removeAll(Set.of("download", "scalar")); // every check downloads; scalar is scalars of one matrix
        try (Backend reference = new ReferenceBackend()) {
            assertThat(SelfTest.run(reference).stream().map(SelfTest.Result::primitive).collect(Collectors.toSet()))
                    .isEqualTo(primitives);
        }
    }

    @Test
    void passesCorrectBackends() {
        try (Backend reference = new ReferenceBackend();
                Backend ejml = new EjmlBackend(2)) {
            assertThat(SelfTest.run(reference)).allMatch(r -> r.passed() && r.error() == 0);
            assertThat(SelfTest.run(ejml)).allMatch(SelfTest.Result::passed);
        }
    }

    /** A backend whose scale is off by a thousandth and whose softmax throws. */
    @Test
    void namesWrongPrimitives() {
        try (Backend right = new ReferenceBackend()) {
            List<SelfTest.Result> failed = SelfTest.run(wrong(right)).stream().filter(r -> !r.passed()).toList();
            assertThat(failed)
                    .extracting(SelfTest.Result::primitive)
                    .containsExactly("scale", "scale", "softmax", "softmax");
            assertThat(failed.getFirst().error()).isBetween(0.9e-3, 1.1e-3);
            assertThat(failed.getLast().failure()).isEqualTo("no such kernel");
        }
    }

    /** A device that has failed once refuses everything from then on. */
    @Test
    void opensAnotherBackendAfterAFailureAndRunsOnlyWhatIsWanted() {
        List<Backend> opened = new ArrayList<>();
        List<SelfTest.Result> results =
                SelfTest.run(
                        () -> {
                            opened.add(new ReferenceBackend());
                            return wrong(opened.getLast());
                        },
                        name -> name.startsWith("sof"));
        assertThat(results).hasSize(12).allMatch(r -> r.primitive().startsWith("softmax"));
        assertThat(results).filteredOn(r -> !r.passed()).extracting(SelfTest.Result::primitive).containsOnly("softmax");
        assertThat(opened).as("the first, and one after each of two failures").hasSize(3);
    }

    private static Backend wrong(Backend right) {
        return new ObservedBackend(
                right,
                (primitive, arguments, run) -> {
                    if (primitive.equals("softmax")) {
                        throw new IllegalStateException("no such kernel");
                    }
                    if (primitive.equals("scale")) {
                        arguments[0] = (double) arguments[0] * 1.001;
                    }
                    run.run();
                });
    }
}

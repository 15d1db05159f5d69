package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.cpu.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The self-test passes right backends, misses no primitive, and fails a wrong one. */
class SelfTestTest {
    /** What is used by every case, or is no computation. */
    private static final Set<String> NOT_PRIMITIVES =
            Set.of(
                    "name",
                    "description",
                    "unitRoundoff",
                    "memory",
                    "openScope",
                    "allocate",
                    "zeros",
                    "download",
                    "scalar",
                    "synchronize",
                    "inPlaceGradients",
                    "close");

    /** The names of all methods of Backend that compute something. */
    static Set<String> primitives() {
        Set<String> primitives = new TreeSet<>();
        for (Method method : Backend.class.getDeclaredMethods()) {
            if (!method.isSynthetic() && !NOT_PRIMITIVES.contains(method.getName())) {
                primitives.add(method.getName());
            }
        }
        return primitives;
    }

    @Test
    void everyPrimitiveIsTried() {
        assertThat(SelfTestCases.all().stream().map(SelfTest.Case::primitive).collect(Collectors.toSet()))
                .isEqualTo(primitives());
    }

    @Test
    void rightBackendsPass() {
        try (Backend reference = new ReferenceBackend();
                Backend ejml = new EjmlBackend(2)) {
            assertThat(SelfTest.run(reference)).allMatch(r -> r.passed() && r.error() == 0);
            assertThat(SelfTest.run(ejml)).allMatch(SelfTest.Result::passed);
        }
    }

    /** A backend whose scale is off by a thousandth and whose softmax throws. */
    @Test
    void wrongPrimitivesFailAndAreNamed() {
        try (Backend right = new ReferenceBackend()) {
            List<SelfTest.Result> failed = SelfTest.run(wrong(right)).stream().filter(r -> !r.passed()).toList();
            assertThat(failed).extracting(SelfTest.Result::primitive).containsExactly("scale", "softmax", "softmax");
            assertThat(failed.getFirst().error()).isBetween(0.9e-3, 1.1e-3);
            assertThat(failed.getLast().failure()).isEqualTo("no such kernel");
        }
    }

    /** A device that has failed once fails for good. */
    @Test
    void afterAFailureAnotherBackendIsOpenedAndOnlyWhatIsWantedIsTried() {
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
        return (Backend)
                Proxy.newProxyInstance(
                        Backend.class.getClassLoader(),
                        new Class<?>[] {Backend.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("softmax")) {
                                throw new IllegalStateException("no such kernel");
                            }
                            if (method.getName().equals("scale")) {
                                arguments[0] = (double) arguments[0] * 1.001;
                            }
                            try {
                                return method.invoke(right, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}

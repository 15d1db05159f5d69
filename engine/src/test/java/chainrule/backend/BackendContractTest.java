package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.instancio.junit.InstancioExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What every backend promises, as tests to inherit: each primitive of {@link Backend} against the reference backend,
 * over generated sizes, with the same bits for any number of threads.
 *
 * <p>The tests stand in one interface per family, beside this class. Each says by {@link Covers} which primitives it is
 * for; one that no test covers fails {@link #everyPrimitiveHasATest}.
 */
@ExtendWith(InstancioExtension.class)
public abstract class BackendContractTest
        implements MemoryContract,
                ProductContract,
                ElementwiseContract,
                RowContract,
                ImageContract,
                NormalizationContract,
                LossContract,
                UpdateContract,
                SpecialValueContract {

    private Trial trial;

    /** For subclasses. */
    protected BackendContractTest() {}

    /** The backend under test, with that many threads; one without threads may ignore the number. */
    protected abstract Backend create(int threads);

    /** Called with each backend when a test is done with it: closes it. Override to reuse one that is costly to make. */
    protected void release(Backend backend) {
        backend.close();
    }

    @Override
    public final Trial trial() {
        if (trial == null) {
            trial = new Trial(this::create, this::release);
        }
        return trial;
    }

    @AfterEach
    final void aTestCallsWhatItCovers(TestInfo test) {
        Covers covers = test.getTestMethod().orElseThrow().getAnnotation(Covers.class);
        if (covers != null) {
            assertThat(trial().called()).contains(covers.value());
        }
    }

    @Test
    final void everyPrimitiveHasATest() {
        Set<String> primitives = new TreeSet<>();
        for (Method method : Backend.class.getDeclaredMethods()) {
            if (!method.isSynthetic()) {
                primitives.add(method.getName());
            }
        }
        Set<String> covered = new TreeSet<>();
        for (Method method : getClass().getMethods()) {
            Covers covers = method.getAnnotation(Covers.class);
            covered.addAll(covers == null ? List.of() : List.of(covers.value()));
        }
        assertThat(covered).isEqualTo(primitives);
        assertThat(Stream.of(Backend.class.getDeclaredMethods()).filter(m -> !m.isSynthetic()))
                .as("an overloaded name would be covered by a test of either; only upload has two, in one test")
                .hasSize(primitives.size() + 1);
    }
}

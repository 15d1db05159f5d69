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

/**
 * What every backend promises, as tests to inherit: each primitive of {@link Backend} against the reference backend,
 * over generated sizes, with the same bits for any number of threads.
 *
 * <p>The tests are in one interface for each family of primitives, in this package. Each names by {@link Covers} the
 * primitives that it tests; a primitive that no test covers fails {@link #everyPrimitiveHasATest}.
 */
@ExtendWith(InstancioExtension.class)
public abstract class BackendContractTest
        implements MemoryContract,
                TransfersContract,
                MatricesContract,
                ElementwiseContract,
                ImagesContract,
                NormalizationContract,
                LossesContract,
                UpdatesContract,
                RandomContract,
                CatalogueContract,
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
    final void everyTestCallsWhatItCovers(TestInfo test) {
        Covers covers = test.getTestMethod().orElseThrow().getAnnotation(Covers.class);
        if (covers != null) {
            Set<String> expected = new TreeSet<>(List.of(covers.value()));
            expected.removeAll(RecordingBackend.NOT_RECORDED);
            assertThat(trial().called()).containsAll(expected);
        }
    }

    @Test
    final void everyPrimitiveHasATest() {
        Set<String> covered = new TreeSet<>();
        for (Method method : getClass().getMethods()) {
            Covers covers = method.getAnnotation(Covers.class);
            covered.addAll(covers == null ? List.of() : List.of(covers.value()));
        }
        assertThat(covered).isEqualTo(Primitives.all());
        assertThat(Primitives.methods())
                .as("a test of either overload would cover both; only upload has two, and one test calls both")
                .hasSize(Primitives.all().size() + 1);
    }
}

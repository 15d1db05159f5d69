package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.cpu.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** Memory: scopes, the pool and what is said about leaks. Tests run with {@code chainrule.trace} on. */
class ScopeTest {
    private static Backend backend(String name) {
        return name.equals("reference") ? new ReferenceBackend() : new EjmlBackend(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void aWarmStepAllocatesNoStorage(String name) {
        try (Backend k = backend(name)) {
            long warm = 0;
            for (int step = 0; step < 10; step++) {
                try (Scope _ = k.openScope("step")) {
                    k.allocate(10, "a");
                    k.allocate(10, "b").close();
                    k.allocate(10, "c"); // takes b's storage
                    try (Scope _ = k.openScope("inner")) {
                        k.allocate(10, "d");
                        k.allocate(20, "e");
                    }
                    k.allocate(20, "f"); // takes e's
                }
                warm = step == 0 ? k.memory().storageAllocations() : warm;
            }
            assertThat(warm).isEqualTo(4);
            assertThat(k.memory().storageAllocations()).isEqualTo(warm);
        }
    }

    @Test
    void twoOpenBuffersNeverShareStorage() {
        try (Backend k = new ReferenceBackend();
                Scope _ = k.openScope("test")) {
            Buffer first = k.allocate(3, "first");
            first.close();
            first.close(); // twice: its storage must not enter the pool twice
            Buffer second = k.allocate(3, "second");
            Buffer third = k.allocate(3, "third");
            k.fill(second, 2);
            k.fill(third, 3);
            assertThat(k.download(second)).containsOnly(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void whatNobodyWroteIsNan(String name) {
        try (Backend k = backend(name);
                Scope _ = k.openScope("test")) {
            Buffer used = k.zeros(4, "used");
            used.close();
            assertThat(k.download(k.allocate(4, "again"))).containsOnly(Double.NaN);
            assertThat(k.download(k.allocate(4, "new"))).containsOnly(Double.NaN);
        }
    }

    @Test
    void scopesCloseInTheOppositeOrder() {
        try (Backend k = new ReferenceBackend()) {
            Scope outer = k.openScope("epoch");
            Scope inner = k.openScope("step");
            assertThatThrownBy(outer::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("scope 'epoch' cannot close: scope 'step' inside it is still open");
            inner.close();
            inner.close(); // closing again changes nothing
            outer.close();
        }
    }

    @Test
    void useAfterCloseNamesWhereItWasMadeAndWhatClosedIt() {
        try (Backend k = new ReferenceBackend()) {
            Buffer stale;
            try (Scope _ = k.openScope("step")) {
                stale = k.allocate(6, "dense1 affine");
            }
            assertThat(stale.isOpen()).isFalse();
            assertThatThrownBy(() -> k.fill(stale, 0))
                    .isInstanceOf(BufferClosedException.class)
                    .hasMessageContaining("'dense1 affine' (6 numbers)")
                    .hasMessageContaining("closed by scope 'step'")
                    .hasMessageContaining("keep()");
            Buffer byHand = k.allocate(6, "by hand");
            byHand.close();
            assertThatThrownBy(() -> k.fill(byHand, 0)).hasMessageContaining("closed by close() at ");
            assertThatThrownBy(byHand::keep).isInstanceOf(BufferClosedException.class);
        }
    }

    @Test
    void aKeptBufferSurvivesTheScopesAroundIt() {
        try (Backend k = new ReferenceBackend()) {
            Buffer kept;
            try (Scope _ = k.openScope("outer")) {
                try (Scope _ = k.openScope("inner")) {
                    kept = k.zeros(3, "kept").keep();
                    k.allocate(3, "not kept");
                }
                k.fill(k.allocate(3, "may take the other's storage"), 5);
                assertThat(k.download(kept)).containsOnly(0);
            }
            k.fill(k.allocate(3, "outside").keep(), 5);
            assertThat(k.download(kept)).containsOnly(0);
            assertThat(k.memory().kept()).hasSize(2).contains(kept);
            k.memory().kept().forEach(Buffer::close);
            assertThat(k.memory().kept()).isEmpty();
        }
    }

    @Test
    void aBufferOutsideAnyScopeMustBeClosedByHand() {
        Backend k = new ReferenceBackend();
        k.allocate(5, "running mean");
        assertThatThrownBy(k::close)
                .isInstanceOf(MemoryLeakException.class)
                .hasMessageStartingWith("1 buffer(s) leaked: 'running mean' (5 numbers) allocated at ");
    }

    @Test
    void closingGivesEveryStorageBackOnce() {
        List<Object> allocated = new ArrayList<>();
        List<Object> released = new ArrayList<>();
        Memory memory =
                new Memory(
                        length -> {
                            allocated.add(new float[length]);
                            return allocated.getLast();
                        },
                        _ -> {},
                        released::add);
        memory.allocate(3, "kept outside any scope").close();
        Scope outer = memory.open("outer");
        memory.allocate(4, "in a scope");
        memory.allocate(3, "in recycled storage").keep().close();
        memory.open("inner");
        memory.allocate(5, "in a scope that nobody closed");
        memory.allocate(6, "leaked").keep();
        assertThat(released).isEmpty();
        memory.trim();
        assertThat(released).as("nobody uses it now").containsExactly(allocated.getFirst());
        assertThatThrownBy(memory::close).hasMessageStartingWith("1 buffer(s) leaked: 'leaked' (6 numbers)");
        assertThat(allocated).hasSize(4);
        assertThat(released).containsExactlyInAnyOrderElementsOf(allocated);
        outer.close();
        memory.close();
        assertThat(released).hasSize(4);
    }

    @Test
    void aBufferOfNegativeLengthIsRefused() {
        try (Backend k = new ReferenceBackend()) {
            assertThatThrownBy(() -> k.allocate(-1, "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("buffer 'x' would have -1 numbers");
        }
    }
}

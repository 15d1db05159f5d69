package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Memory.Buffer;
import chainrule.backend.ejml.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** Memory: scopes, the pool and the report of leaks. Tests run with {@code chainrule.trace} on. */
class ScopeTest {
    private static Backend backend(String name) {
        return name.equals("reference") ? new ReferenceBackend() : new EjmlBackend(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void warmStepAllocatesNoStorage(String name) {
        try (Backend backend = backend(name)) {
            long warm = 0;
            for (int step = 0; step < 10; step++) {
                try (Scope _ = backend.openScope("step")) {
                    backend.allocate(10, "a");
                    backend.allocate(10, "b").close();
                    backend.allocate(10, "c"); // takes b's storage
                    try (Scope _ = backend.openScope("inner")) {
                        backend.allocate(10, "d");
                        backend.allocate(20, "e");
                    }
                    backend.allocate(20, "f"); // takes e's
                }
                warm = step == 0 ? backend.memory().storageAllocations() : warm;
            }
            assertThat(warm).isEqualTo(4);
            assertThat(backend.memory().storageAllocations()).isEqualTo(warm);
        }
    }

    @Test
    void openBuffersNeverShareStorage() {
        try (Backend backend = new ReferenceBackend();
                Scope _ = backend.openScope("test")) {
            Buffer first = backend.allocate(3, "first");
            first.close();
            first.close(); // twice: its storage must not enter the pool twice
            Buffer second = backend.allocate(3, "second");
            Buffer third = backend.allocate(3, "third");
            backend.fill(second, 2);
            backend.fill(third, 3);
            assertThat(backend.download(second)).containsOnly(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void unwrittenElementsAreNan(String name) {
        try (Backend backend = backend(name);
                Scope _ = backend.openScope("test")) {
            Buffer used = backend.zeros(4, "used");
            used.close();
            assertThat(backend.download(backend.allocate(4, "again"))).containsOnly(Double.NaN);
            assertThat(backend.download(backend.allocate(4, "new"))).containsOnly(Double.NaN);
        }
    }

    @Test
    void rejectsClosingAScopeWithAnotherOpenInside() {
        try (Backend backend = new ReferenceBackend()) {
            Scope outer = backend.openScope("epoch");
            Scope inner = backend.openScope("step");
            assertThatThrownBy(outer::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("scope 'epoch' cannot close: scope 'step' inside it is still open");
            inner.close();
            inner.close(); // closing again changes nothing
            outer.close();
        }
    }

    @Test
    void useAfterCloseNamesTheBufferAndWhatClosedIt() {
        try (Backend backend = new ReferenceBackend()) {
            Buffer stale;
            try (Scope _ = backend.openScope("step")) {
                stale = backend.allocate(6, "dense1 affine");
            }
            assertThat(stale.isOpen()).isFalse();
            assertThatThrownBy(() -> backend.fill(stale, 0))
                    .isInstanceOf(BufferClosedException.class)
                    .hasMessageContaining("'dense1 affine' (6 elements)")
                    .hasMessageContaining("closed by scope 'step'")
                    .hasMessageContaining("keep()");
            Buffer byHand = backend.allocate(6, "by hand");
            byHand.close();
            assertThatThrownBy(() -> backend.fill(byHand, 0)).hasMessageContaining("closed by close() at ");
            assertThatThrownBy(byHand::keep).isInstanceOf(BufferClosedException.class);
        }
    }

    @Test
    void keptBufferSurvivesItsScopes() {
        try (Backend backend = new ReferenceBackend()) {
            Buffer kept;
            try (Scope _ = backend.openScope("outer")) {
                try (Scope _ = backend.openScope("inner")) {
                    kept = backend.zeros(3, "kept").keep();
                    backend.allocate(3, "not kept");
                }
                backend.fill(backend.allocate(3, "may take the other's storage"), 5);
                assertThat(backend.download(kept)).containsOnly(0);
            }
            backend.fill(backend.allocate(3, "outside").keep(), 5);
            assertThat(backend.download(kept)).containsOnly(0);
            assertThat(backend.memory().kept()).hasSize(2).contains(kept);
            backend.memory().kept().forEach(Buffer::close);
            assertThat(backend.memory().kept()).isEmpty();
        }
    }

    @Test
    void reportsBufferOutsideAnyScopeAsLeaked() {
        Backend backend = new ReferenceBackend();
        backend.allocate(5, "running mean");
        assertThatThrownBy(backend::close)
                .isInstanceOf(MemoryLeakException.class)
                .hasMessageStartingWith("1 buffer(s) leaked: 'running mean' (5 elements) allocated at ");
    }

    @Test
    void closingReleasesEveryStorageOnce() {
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
        memory.allocate(5, "in a scope that stays open");
        memory.allocate(6, "leaked").keep();
        assertThat(released).isEmpty();
        memory.trim();
        assertThat(released).as("no buffer uses it now").containsExactly(allocated.getFirst());
        assertThatThrownBy(memory::close).hasMessageStartingWith("1 buffer(s) leaked: 'leaked' (6 elements)");
        assertThat(allocated).hasSize(4);
        assertThat(released).containsExactlyInAnyOrderElementsOf(allocated);
        outer.close();
        memory.close();
        assertThat(released).hasSize(4);
    }

    @Test
    void rejectsNegativeLength() {
        try (Backend backend = new ReferenceBackend()) {
            assertThatThrownBy(() -> backend.allocate(-1, "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("buffer 'x' would have -1 elements");
        }
    }
}

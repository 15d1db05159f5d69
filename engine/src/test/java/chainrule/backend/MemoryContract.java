package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Memory.Buffer;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Identity, allocation and threads. */
interface MemoryContract extends BackendContract {

    @Test
    @Covers({"name", "description", "unitRoundoff", "memory", "close"})
    default void identityIsStatedAndClosingTwiceIsHarmless() {
        onBackend(
                backend -> {
                    assertThat(backend.name()).matches("[a-z]+");
                    assertThat(backend.description()).isNotBlank();
                    assertThat(backend.unitRoundoff()).isIn(0x1p-53, 0x1p-24);
                    assertThat(backend.memory().kept()).isEmpty();
                    backend.close(); // the test closes it once more
                });
    }

    /** How long a backend takes is not visible here; but waiting must change nothing, at any time. */
    @Test
    @Covers("synchronize")
    default void synchronizeChangesNothing() {
        onBackend(
                backend -> {
                    backend.synchronize();
                    Buffer x = BackendContract.buffer(backend, 1, 2);
                    backend.scale(3, x, x);
                    backend.synchronize();
                    backend.synchronize();
                    assertThat(backend.download(x)).containsExactly(3, 6);
                });
    }

    /** The test's own thread has a scope open here: no other may touch the backend, and nothing it tries has an effect. */
    @Test
    default void rejectsOtherThreadsWhileAScopeIsOpen() {
        onBackend(
                backend -> {
                    Buffer x = BackendContract.buffer(backend, 1, 2, 3);
                    Buffer y = backend.zeros(3, "y");
                    long allocated = backend.memory().storageAllocations();
                    List<Consumer<Backend>> uses =
                            List.of(
                                    other -> other.openScope("other"),
                                    other -> other.allocate(3, "other"),
                                    other -> other.fill(x, 7),
                                    other -> other.download(x),
                                    other -> other.map(Elementwise.TANH, 0, x, x),
                                    other -> other.softmax(x, y),
                                    other -> other.upload(new double[3], x),
                                    _ -> x.close(),
                                    Backend::close);
                    for (Consumer<Backend> use : uses) {
                        List<Throwable> thrown = new ArrayList<>();
                        Thread other = new Thread(() -> use.accept(backend), "second");
                        other.setUncaughtExceptionHandler((_, e) -> thrown.add(e));
                        other.start();
                        join(other);
                        assertThat(thrown).hasSize(1);
                        assertThat(thrown.getFirst())
                                .isInstanceOf(WrongThreadException.class)
                                .hasMessageStartingWith("thread 'second' uses a backend on which thread '")
                                .hasMessageEndingWith(
                                        "open a backend for each thread, or hold a lock while a scope is open");
                    }
                    assertThat(backend.download(x)).containsExactly(1, 2, 3);
                    assertThat(backend.download(y)).containsOnly(0);
                    assertThat(backend.memory().storageAllocations()).isEqualTo(allocated);
                });
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Covers({"openScope", "allocate"})
    default void reusesStorageOfClosedScopes() {
        onBackend(
                backend -> {
                    for (int step = 0; step < 3; step++) {
                        try (Scope _ = backend.openScope("step")) {
                            backend.fill(backend.allocate(17, "a"), step);
                            backend.fill(backend.allocate(17, "b"), step);
                        }
                    }
                    assertThat(backend.memory().storageAllocations()).isEqualTo(2);
                });
    }
}

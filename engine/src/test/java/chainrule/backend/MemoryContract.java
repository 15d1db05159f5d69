package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Cases.Vector;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Identity, allocation and the way between host and device. */
interface MemoryContract extends BackendContract {

    @Test
    @Covers({"name", "description", "unitRoundoff", "memory", "close"})
    default void itSaysWhatItIs() {
        onBackend(
                k -> {
                    assertThat(k.name()).matches("[a-z]+");
                    assertThat(k.description()).isNotBlank();
                    assertThat(k.unitRoundoff()).isIn(0x1p-53, 0x1p-24);
                    assertThat(k.memory().kept()).isEmpty();
                    k.close(); // a second time, after the test, must be harmless
                });
    }

    @RepeatedTest(10)
    @Covers({"upload", "download", "copy", "fill", "allocate", "zeros", "scalar"})
    default void numbersComeBackAsTheyWentIn(@Given(Cases.class) Vector v) {
        double[] numbers = new Operands(null, v.seed(), false).random("x", v.length(), x -> 1e3 * x);
        float[] floats = new float[v.length() + 3];
        for (int i = 0; i < v.length(); i++) {
            floats[i + 3] = (float) numbers[i];
        }
        double[] constant = new double[v.length()];
        Arrays.fill(constant, 0.25);
        onBackend(
                k -> {
                    Buffer x = k.allocate(v.length(), "x");
                    k.upload(numbers, x);
                    assertThat(x.length()).isEqualTo(v.length());
                    assertThat(k.download(x)).isEqualTo(numbers);
                    assertThat(k.scalar(x)).isEqualTo(numbers[0]);

                    Buffer fromFloats = k.allocate(v.length(), "fromFloats");
                    k.upload(floats, 3, fromFloats);
                    assertThat(k.download(fromFloats)).isEqualTo(numbers);

                    Buffer y = k.zeros(v.length(), "y");
                    assertThat(k.download(y)).isEqualTo(new double[v.length()]);
                    k.copy(x, y);
                    k.fill(x, 0.25);
                    assertThat(k.download(y)).isEqualTo(numbers);
                    assertThat(k.download(x)).isEqualTo(constant);
                });
    }

    /** What was lent comes back: its storage is not handed to the next who asks for as many numbers. */
    @Test
    @Covers("lend")
    default void aLentArrayIsReadAndNeverWritten() {
        onBackend(
                k -> {
                    for (int length : new int[] {5, 5 + Buffer.SLACK}) {
                        float[] numbers = new float[length];
                        Arrays.fill(numbers, 0.5f);
                        Buffer y = k.allocate(5, "y");
                        try (Scope _ = k.openScope("step")) {
                            Buffer lent = k.lend(numbers, 5, "lent");
                            assertThat(lent.length()).isEqualTo(5);
                            k.map(Elementwise.LEAKY_RELU, 0.5, lent, y);
                            assertThat(k.download(lent)).containsOnly(0.5);
                        }
                        k.fill(k.allocate(5, "a"), 9);
                        k.fill(k.allocate(5, "b"), 9);
                        assertThat(k.download(y)).containsOnly(0.5);
                        assertThat(numbers).containsOnly(0.5f);
                    }
                });
    }

    @Test
    @Covers("scalars")
    default void severalFirstNumbersComeTogether() {
        onBackend(
                k -> {
                    Buffer a = BackendContract.buffer(k, 3, 9);
                    Buffer b = BackendContract.buffer(k, -0.5);
                    assertThat(k.scalars(a, b, a)).containsExactly(3, -0.5, 3);
                    assertThat(k.scalars()).isEmpty();
                });
    }

    /** How long a backend takes cannot be told here; but waiting must change nothing, and may be done at any time. */
    @Test
    @Covers("synchronize")
    default void waitingChangesNothing() {
        onBackend(
                k -> {
                    k.synchronize();
                    Buffer x = BackendContract.buffer(k, 1, 2);
                    k.scale(3, x);
                    k.synchronize();
                    k.synchronize();
                    assertThat(k.download(x)).containsExactly(3, 6);
                });
    }

    /** The test's own thread has a scope open here: no other may touch the backend, and nothing it tries has an effect. */
    @Test
    default void anotherThreadIsRefusedWhileAScopeIsOpen() {
        onBackend(
                k -> {
                    Buffer x = BackendContract.buffer(k, 1, 2, 3);
                    Buffer y = k.zeros(3, "y");
                    long allocated = k.memory().storageAllocations();
                    List<Consumer<Backend>> uses =
                            List.of(
                                    other -> other.openScope("other"),
                                    other -> other.allocate(3, "other"),
                                    other -> other.fill(x, 7),
                                    other -> other.download(x),
                                    other -> other.map(Elementwise.TANH, 0, x, x),
                                    other -> other.softmax(1, 3, x, y),
                                    other -> other.upload(new double[3], x),
                                    _ -> x.close(),
                                    Backend::close);
                    for (Consumer<Backend> use : uses) {
                        List<Throwable> thrown = new ArrayList<>();
                        Thread other = new Thread(() -> use.accept(k), "second");
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
                    assertThat(k.download(x)).containsExactly(1, 2, 3);
                    assertThat(k.download(y)).containsOnly(0);
                    assertThat(k.memory().storageAllocations()).isEqualTo(allocated);
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
    default void uploadRoundsToTheNearest() {
        onBackend(
                k -> {
                    double third = k.download(BackendContract.buffer(k, 1.0 / 3))[0];
                    assertThat(third).isEqualTo(k.unitRoundoff() == 0x1p-24 ? (float) (1.0 / 3) : 1.0 / 3);
                });
    }

    @Test
    default void copyOfAShorterBufferLeavesTheRest() {
        onBackend(
                k -> {
                    Buffer longer = BackendContract.buffer(k, 1, 2, 3, 4, 5);
                    k.copy(BackendContract.buffer(k, 9, 8), longer);
                    assertThat(k.download(longer)).containsExactly(9, 8, 3, 4, 5);
                });
    }

    @Test
    @Covers({"openScope", "allocate"})
    default void storageOfAClosedScopeIsUsedAgain() {
        onBackend(
                k -> {
                    for (int step = 0; step < 3; step++) {
                        try (Scope _ = k.openScope("step")) {
                            k.fill(k.allocate(17, "a"), step);
                            k.fill(k.allocate(17, "b"), step);
                        }
                    }
                    assertThat(k.memory().storageAllocations()).isEqualTo(2);
                });
    }
}

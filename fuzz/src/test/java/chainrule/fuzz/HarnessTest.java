package chainrule.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.junit.jupiter.api.Test;

import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The harness detects readers that are wrong on purpose and accepts correct ones. */
class HarnessTest {
    private static final Target.Memory MEMORY = new Target.Memory(10, 1_000_000);
    private static final byte[] FILE = {0x40, 0, 0, 0, 1, 2, 3, 4};

    private static Target reader(Target.Reader reader) {
        return Target.of("a reader", reader, MEMORY, DataException.class);
    }

    private static void finds(Target.Reader wrong, String message) {
        assertThatThrownBy(() -> Harness.check(reader(wrong), FILE))
                .isInstanceOf(Broken.class)
                .hasMessageStartingWith("a reader: ")
                .hasMessageContaining(message);
    }

    @Test
    void acceptsResultsAndDocumentedExceptions() throws InterruptedException {
        Target reads = reader(file -> assertThat(file).hasSize(8));
        Target rejects =
                reader(
                        _ -> {
                            throw new DataException("the file is cut short");
                        });
        assertThat(Harness.check(reads, FILE)).isEqualTo(Harness.Outcome.READ);
        assertThat(Harness.guard(reads, FILE)).isEqualTo(Harness.Outcome.READ);
        assertThat(Harness.check(rejects, FILE)).isEqualTo(Harness.Outcome.REJECTED);
        assertThat(Harness.guard(rejects, FILE)).isEqualTo(Harness.Outcome.REJECTED);
    }

    @Test
    void findsAnUncheckedIndexFromTheFile() {
        finds(file -> file[file[0]]++, "undocumented java.lang.ArrayIndexOutOfBoundsException: Index 64");
    }

    @Test
    void findsAnAllocationByAnUncheckedHeader() {
        finds(file -> new byte[ByteBuffer.wrap(file).getInt() >> 4].clone(), "made it allocate ");
        finds(_ -> new long[Integer.MAX_VALUE].clone(), "undocumented java.lang.OutOfMemoryError");
    }

    @Test
    void acceptsAnAllocationInProportionToTheFile() {
        Target.Reader reads = _ -> new byte[1_000_000].clone();
        finds(reads, "a file of 8 bytes made it allocate ");
        assertThatCode(() -> Harness.check(reader(reads), new byte[200_000])).doesNotThrowAnyException();
    }

    @Test
    void findsEndlessRecursion() {
        finds(HarnessTest::deeper, "undocumented java.lang.StackOverflowError");
    }

    private static void deeper(byte[] file) {
        deeper(file);
        file[0]++; // keeps the recursion from becoming a loop
    }

    @Test
    void findsUndocumentedExceptionsAndMissingMessages() {
        finds(
                _ -> {
                    throw new IllegalStateException("a surprise");
                },
                "undocumented java.lang.IllegalStateException: a surprise");
        finds(
                _ -> {
                    throw new DataException(null);
                },
                "a DataException without a message");
        Target careless =
                Target.of(
                        "a reader",
                        _ -> {
                            throw new UncheckedIOException("", null);
                        },
                        MEMORY,
                        RuntimeException.class);
        assertThatThrownBy(() -> Harness.check(careless, FILE)).hasMessageContaining("without a message");
    }

    @Test
    void findsASlowReader() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Target slow =
                reader(
                        _ -> {
                            long end = threads.getCurrentThreadCpuTime() + 60_000_000;
                            while (threads.getCurrentThreadCpuTime() < end) {
                                Thread.onSpinWait();
                            }
                        });
        assertThatThrownBy(() -> Harness.check(slow, FILE, Duration.ofMillis(50)))
                .isInstanceOf(Broken.class)
                .hasMessageMatching("a reader: a file of 8 bytes took it \\d+ ms, expected at most 50");
        assertThat(Harness.check(slow, FILE)).isEqualTo(Harness.Outcome.READ);
    }

    @Test
    void findsAHangingReader() {
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(() -> Harness.guard(reader(_ -> never.await()), FILE, Duration.ofMillis(200)))
                .isInstanceOf(Broken.class)
                .hasMessageContaining("did not end within")
                .hasRootCauseMessage("stack of the reader");
        never.countDown();
    }

    /** The calling thread receives the error of the guarded thread. */
    @Test
    void guardRethrowsTheErrorOfTheReader() {
        assertThatThrownBy(() -> Harness.guard(reader(file -> file[8]++), FILE))
                .isInstanceOf(Broken.class)
                .hasMessageContaining("Index 8 out of bounds");
    }

    /** The reader receives the wrapped file, and the allocations of wrapping do not count. */
    @Test
    void readsTheWrappedFileWithoutCountingTheWrapping() {
        byte[] large = new byte[50_000_000];
        Target wrapped =
                reader(file -> assertThat(file).isEqualTo(new byte[] {0x40, 7}))
                        .wrapped("wrapped", input -> new byte[] {large.clone()[0] == 0 ? input[0] : 0, 7});
        assertThat(Harness.check(wrapped, FILE)).isEqualTo(Harness.Outcome.READ);
    }
}

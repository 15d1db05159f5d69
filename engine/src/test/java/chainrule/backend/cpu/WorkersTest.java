package chainrule.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/** In threads of their own, because a loop that waits for a lost piece spins and cannot be interrupted. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkersTest {

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "2,1", "7,1", "64,1", "1000,1", "1000,100", "1000,5000", "16385,16384", "40000,0"})
    void everyIndexIsVisitedOnce(int n, int grain) {
        for (int threads : new int[] {1, 2, 3, 7}) {
            try (Workers workers = new Workers(threads)) {
                assertThat(workers.threads()).isEqualTo(threads);
                AtomicIntegerArray visits = new AtomicIntegerArray(n);
                workers.loop(n, grain, (from, to) -> visit(visits, from, to));
                for (int i = 0; i < n; i++) {
                    assertThat(visits.get(i)).as("index %d of %d, %d threads", i, n, threads).isEqualTo(1);
                }
            }
        }
    }

    /** Thousands of loops, one straight after another: a helper late for one must not run it again or spoil the next. */
    @Test
    void everyIndexIsVisitedOnceUnderStress() {
        try (Workers workers = new Workers(4)) {
            int[] sum = new int[257];
            for (int loop = 1; loop <= 20_000; loop++) {
                workers.loop(
                        sum.length,
                        1,
                        (from, to) -> {
                            for (int i = from; i < to; i++) {
                                sum[i]++;
                            }
                        });
                assertThat(sum[loop % sum.length]).isEqualTo(loop);
            }
            assertThat(sum).containsOnly(20_000);
        }
    }

    @Test
    void aLoopAsLongAsAnArrayCanBeDoesNotOverflow() {
        try (Workers workers = new Workers(3)) {
            AtomicLong visited = new AtomicLong();
            workers.loop(
                    Integer.MAX_VALUE,
                    1,
                    (from, to) -> {
                        assertThat(from).isBetween(0, to);
                        visited.addAndGet(to - from);
                    });
            assertThat(visited).hasValue(Integer.MAX_VALUE);
        }
    }

    @Test
    void aLoopInsideALoopRuns() {
        try (Workers workers = new Workers(3)) {
            AtomicIntegerArray visits = new AtomicIntegerArray(40 * 50);
            workers.loop(
                    40,
                    1,
                    (from, to) -> {
                        for (int i = from; i < to; i++) {
                            int row = 50 * i;
                            workers.loop(50, 1, (first, last) -> visit(visits, row + first, row + last));
                        }
                    });
            for (int i = 0; i < visits.length(); i++) {
                assertThat(visits.get(i)).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void whatAPieceThrowsReachesTheCallerAndTheNextLoopRuns(int threads) {
        try (Workers workers = new Workers(threads)) {
            assertThatThrownBy(
                            () ->
                                    workers.loop(
                                            1000,
                                            1,
                                            (_, to) -> {
                                                if (to == 1000) {
                                                    throw new IllegalStateException("the last piece");
                                                }
                                            }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the last piece");
            assertThatThrownBy(
                            () ->
                                    workers.loop(
                                            1000,
                                            1,
                                            (_, _) -> {
                                                throw new StackOverflowError();
                                            }))
                    .isInstanceOf(StackOverflowError.class);
            AtomicInteger visited = new AtomicInteger();
            workers.loop(1000, 1, (from, to) -> visited.addAndGet(to - from));
            assertThat(visited).hasValue(1000);
        }
    }

    @Test
    void anErrorInOneThreadDoesNotKeepTheOthersFromTheirPieces() {
        try (Workers workers = new Workers(3)) {
            AtomicInteger visited = new AtomicInteger();
            assertThatThrownBy(
                            () ->
                                    workers.loop(
                                            600,
                                            1,
                                            (from, to) -> {
                                                visited.addAndGet(to - from);
                                                if (from == 0) {
                                                    throw new IllegalArgumentException("first");
                                                }
                                            }))
                    .hasMessage("first");
            assertThat(visited).hasValue(600);
        }
    }

    @Test
    void noThreadsAtAllIsRefused() {
        assertThatThrownBy(() -> new Workers(0)).hasMessage("threads: 0, expected at least 1");
    }

    private static void visit(AtomicIntegerArray visits, int from, int to) {
        for (int i = from; i < to; i++) {
            visits.incrementAndGet(i);
        }
    }
}

package chainrule.backend.ejml;

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

/** Each test has its own thread, because a loop that waits for a lost piece spins and cannot be interrupted. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadPoolTest {

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "2,1", "7,1", "64,1", "1000,1", "1000,100", "1000,5000", "16385,16384", "40000,0"})
    void visitsEveryIndexOnce(int n, int grain) {
        for (int threads : new int[] {1, 2, 3, 7}) {
            try (ThreadPool pool = new ThreadPool(threads)) {
                assertThat(pool.threads()).isEqualTo(threads);
                AtomicIntegerArray visits = new AtomicIntegerArray(n);
                pool.parallelFor(n, grain, (from, to) -> visit(visits, from, to));
                for (int i = 0; i < n; i++) {
                    assertThat(visits.get(i)).as("index %d of %d, %d threads", i, n, threads).isEqualTo(1);
                }
            }
        }
    }

    /** Thousands of loops, back to back: a helper that is late for one must not run it again or disturb the next. */
    @Test
    void visitsEveryIndexOnceInManyLoopsInARow() {
        try (ThreadPool pool = new ThreadPool(4)) {
            int[] sum = new int[257];
            for (int loop = 1; loop <= 20_000; loop++) {
                pool.parallelFor(
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
    void doesNotOverflowForTheLongestLoop() {
        try (ThreadPool pool = new ThreadPool(3)) {
            AtomicLong visited = new AtomicLong();
            pool.parallelFor(
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
    void runsNestedLoops() {
        try (ThreadPool pool = new ThreadPool(3)) {
            AtomicIntegerArray visits = new AtomicIntegerArray(40 * 50);
            pool.parallelFor(
                    40,
                    1,
                    (from, to) -> {
                        for (int i = from; i < to; i++) {
                            int row = 50 * i;
                            pool.parallelFor(50, 1, (first, last) -> visit(visits, row + first, row + last));
                        }
                    });
            for (int i = 0; i < visits.length(); i++) {
                assertThat(visits.get(i)).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void rethrowsWhatTheBodyThrowsAndRunsTheNextLoop(int threads) {
        try (ThreadPool pool = new ThreadPool(threads)) {
            assertThatThrownBy(
                            () ->
                                    pool.parallelFor(
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
                                    pool.parallelFor(
                                            1000,
                                            1,
                                            (_, _) -> {
                                                throw new StackOverflowError();
                                            }))
                    .isInstanceOf(StackOverflowError.class);
            AtomicInteger visited = new AtomicInteger();
            pool.parallelFor(1000, 1, (from, to) -> visited.addAndGet(to - from));
            assertThat(visited).hasValue(1000);
        }
    }

    @Test
    void runsTheOtherPiecesWhenOneFails() {
        try (ThreadPool pool = new ThreadPool(3)) {
            AtomicInteger visited = new AtomicInteger();
            assertThatThrownBy(
                            () ->
                                    pool.parallelFor(
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
    void rejectsZeroThreads() {
        assertThatThrownBy(() -> new ThreadPool(0)).hasMessage("threads: 0, expected at least 1");
    }

    private static void visit(AtomicIntegerArray visits, int from, int to) {
        for (int i = from; i < to; i++) {
            visits.incrementAndGet(i);
        }
    }
}

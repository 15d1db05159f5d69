package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** What every backend promises to threads that share it: at once they are refused, one after another they are served. */
public abstract class SharedBackendContract {
    private static final int THREADS = 4;
    private static final int REQUESTS = 250;
    private static final int SIZE = 24;

    /** For subclasses. */
    protected SharedBackendContract() {}

    /** The backend under test. */
    protected abstract Backend create();

    /** What a server does with a net: a layer and a softmax in a scope, with weights that outlive it. */
    private static double[] answer(Backend k, Buffer weight, int request) {
        try (Scope _ = k.openScope("request")) {
            double[] numbers = new double[4 * SIZE];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Math.sin(request + i);
            }
            Buffer x = k.allocate(4 * SIZE, "x");
            Buffer y = k.allocate(4 * SIZE, "y");
            k.upload(numbers, x);
            k.affine(4, SIZE, SIZE, x, weight, null, y);
            k.softmax(4, SIZE, y, y);
            return k.download(y);
        }
    }

    private static Buffer weight(Backend k) {
        double[] numbers = new double[SIZE * SIZE];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Math.cos(i);
        }
        Buffer weight = k.allocate(numbers.length, "weight");
        k.upload(numbers, weight);
        return weight;
    }

    /** Runs all requests on threads that share one backend, and returns how many were refused; the others must be right. */
    private int refusals(Lock lock) throws Exception {
        AtomicInteger refused = new AtomicInteger();
        try (Backend k = create();
                Buffer weight = weight(k)) {
            double[][] expected = new double[REQUESTS][];
            for (int i = 0; i < REQUESTS; i++) {
                expected[i] = answer(k, weight, i);
            }
            CountDownLatch ready = new CountDownLatch(THREADS);
            List<Future<?>> all = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
                for (int t = 0; t < THREADS; t++) {
                    all.add(
                            threads.submit(
                                    () -> {
                                        ready.countDown();
                                        ready.await();
                                        for (int i = 0; i < REQUESTS; i++) {
                                            lock.lock();
                                            try {
                                                assertThat(answer(k, weight, i)).containsExactly(expected[i]);
                                            } catch (WrongThreadException _) {
                                                refused.incrementAndGet();
                                            } finally {
                                                lock.unlock();
                                            }
                                        }
                                        return null;
                                    }));
                }
            }
            for (Future<?> thread : all) {
                thread.get(); // throws what the thread has thrown
            }
        }
        return refused.get();
    }

    @Test
    final void requestsAtOnceAreAnsweredRightOrRefused() throws Exception {
        assertThat(refusals(new NoLock())).isLessThan(THREADS * REQUESTS);
    }

    @Test
    final void requestsUnderALockAreAllAnswered() throws Exception {
        assertThat(refusals(new ReentrantLock())).isZero();
    }

    @Test
    final void aRequestDuringAnotherIsRefusedAndTheOtherGoesOn() throws Exception {
        try (Backend k = create();
                Buffer weight = weight(k);
                ExecutorService second = Executors.newSingleThreadExecutor()) {
            double[] expected = answer(k, weight, 1);
            try (Scope _ = k.openScope("held")) {
                Future<?> refused = second.submit(() -> answer(k, weight, 1));
                assertThat(refused)
                        .failsWithin(Duration.ofMinutes(1))
                        .withThrowableThat()
                        .withCauseInstanceOf(WrongThreadException.class);
                assertThat(answer(k, weight, 1)).containsExactly(expected);
            }
            assertThat(second.submit(() -> answer(k, weight, 1)).get()).containsExactly(expected);
            assertThat(answer(k, weight, 1)).containsExactly(expected);
        }
    }

    /** A lock that lets everybody through. */
    private static final class NoLock extends ReentrantLock {
        private static final long serialVersionUID = 1L;

        @Override
        public void lock() {}

        @Override
        public void unlock() {}
    }
}

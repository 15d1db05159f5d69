package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Memory.Buffer;

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

/** What every backend promises to threads that share it: it rejects concurrent use and serves one thread after another. */
public abstract class SharedBackendContract {
    private static final int THREADS = 4;
    private static final int REQUESTS = 250;
    private static final int SIZE = 24;

    /** For subclasses. */
    protected SharedBackendContract() {}

    /** The backend under test. */
    protected abstract Backend create();

    /** What a server does with a net: it runs a layer and a softmax in a scope, with weights that outlive it. */
    private static double[] answer(Backend backend, Buffer weights, int request) {
        try (Scope _ = backend.openScope("request")) {
            Matrix weight = Matrix.of(weights, SIZE, SIZE);
            double[] values = new double[4 * SIZE];
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.sin(request + i);
            }
            Matrix x = Matrix.of(backend.allocate(4 * SIZE, "x"), 4, SIZE);
            Matrix y = Matrix.of(backend.allocate(4 * SIZE, "y"), 4, SIZE);
            Matrix probabilities = Matrix.of(backend.allocate(4 * SIZE, "probabilities"), 4, SIZE);
            backend.upload(values, x);
            backend.affine(x, weight, null, y);
            backend.softmax(y, probabilities);
            return backend.download(probabilities);
        }
    }

    private static Buffer weight(Backend backend) {
        double[] values = new double[SIZE * SIZE];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.cos(i);
        }
        Buffer weight = backend.allocate(values.length, "weight");
        backend.upload(values, weight);
        return weight;
    }

    /** Runs all requests on threads that share one backend, and returns how many were rejected; the others must be correct. */
    private int rejections(Lock lock) throws Exception {
        AtomicInteger rejected = new AtomicInteger();
        try (Backend backend = create();
                Buffer weight = weight(backend)) {
            double[][] expected = new double[REQUESTS][];
            for (int i = 0; i < REQUESTS; i++) {
                expected[i] = answer(backend, weight, i);
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
                                                assertThat(answer(backend, weight, i)).containsExactly(expected[i]);
                                            } catch (WrongThreadException _) {
                                                rejected.incrementAndGet();
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
        return rejected.get();
    }

    @Test
    final void answersConcurrentRequestsCorrectlyOrRejectsThem() throws Exception {
        assertThat(rejections(new NoLock())).isLessThan(THREADS * REQUESTS);
    }

    @Test
    final void answersAllRequestsUnderALock() throws Exception {
        assertThat(rejections(new ReentrantLock())).isZero();
    }

    @Test
    final void rejectsARequestDuringAnotherThatContinues() throws Exception {
        try (Backend backend = create();
                Buffer weight = weight(backend);
                ExecutorService second = Executors.newSingleThreadExecutor()) {
            double[] expected = answer(backend, weight, 1);
            try (Scope _ = backend.openScope("held")) {
                Future<?> rejected = second.submit(() -> answer(backend, weight, 1));
                assertThat(rejected)
                        .failsWithin(Duration.ofMinutes(1))
                        .withThrowableThat()
                        .withCauseInstanceOf(WrongThreadException.class);
                assertThat(answer(backend, weight, 1)).containsExactly(expected);
            }
            assertThat(second.submit(() -> answer(backend, weight, 1)).get()).containsExactly(expected);
            assertThat(answer(backend, weight, 1)).containsExactly(expected);
        }
    }

    /** A lock that never blocks. */
    private static final class NoLock extends ReentrantLock {
        private static final long serialVersionUID = 1L;

        @Override
        public void lock() {}

        @Override
        public void unlock() {}
    }
}

package chainrule.bench;

import chainrule.backend.Backend;
import chainrule.backend.Window;
import chainrule.backend.check.ObservedBackend;
import chainrule.backend.provider.Backends;
import chainrule.bench.path.Net;
import chainrule.data.Batch;
import chainrule.train.Trainer;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Profiles a training step: prints how the steps become faster while the JVM compiles them, then the microseconds that
 * each primitive takes in a step, including the cost of reading the clock. It is a plain program, because both need to
 * be measured in one running JVM.
 *
 * <p>With one thread it measures that thread's processor time, which other programs on the machine disturb less.
 *
 * <p>Arguments: backend, threads, net (mlp5, mlp20, mlp40, mnist, cifar), seconds.
 */
public final class StepProfile {
    private static final double WINDOW = 0.5e9;

    private StepProfile() {}

    public static void main(String[] args) {
        Map<String, Long> nanos = new HashMap<>();
        try (Backend backend = Backends.open(args[0], Integer.parseInt(args[1])).backend();
                var _ = backend.openScope("profile")) {
            LongSupplier clock =
                    args[1].equals("1")
                            ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime
                            : System::nanoTime;
            Net net = Net.named(args[2]);
            double seconds = Double.parseDouble(args[3]);
            System.out.println(args[2] + ", " + backend.description());
            Batch batch = net.batch();
            Trainer plain = net.trainer(backend);
            timeline(plain, batch, seconds);
            long start = clock.getAsLong();
            int steps = run(plain, batch, seconds / 2);
            print("step", (double) (clock.getAsLong() - start) / steps);

            Trainer inspected = net.trainer(timed(backend, clock, nanos));
            run(inspected, batch, seconds / 2);
            nanos.clear();
            int timedSteps = run(inspected, batch, seconds / 2);
            nanos.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .forEach(e -> print(e.getKey(), (double) e.getValue() / timedSteps));
        }
    }

    private static void print(String what, double nanos) {
        System.out.printf(Locale.ROOT, "  %-34s %9.1f µs%n", what, nanos * 1e-3);
    }

    private static int run(Trainer trainer, Batch batch, double seconds) {
        int steps = 0;
        for (long end = System.nanoTime() + (long) (seconds * 1e9); System.nanoTime() < end; steps++) {
            trainer.step(batch);
        }
        return steps;
    }

    /** Prints the steps per second for each half second since the JVM started. */
    private static void timeline(Trainer trainer, Batch batch, double seconds) {
        long age =
                ProcessHandle.current()
                        .info()
                        .startInstant()
                        .map(start -> Duration.between(start, Instant.now()).toNanos())
                        .orElse(0L);
        long begin = System.nanoTime() - age;
        long window = System.nanoTime();
        int steps = 0;
        boolean first = true;
        while (System.nanoTime() - begin < seconds * 1e9) {
            trainer.step(batch);
            steps++;
            long now = System.nanoTime();
            if (first) {
                System.out.printf(Locale.ROOT, "  first step %.2f s after the JVM's start%n", (now - begin) * 1e-9);
                first = false;
            }
            if (now - window > WINDOW) {
                System.out.printf(
                        Locale.ROOT, "  %5.1f s  %9.1f steps/s%n", (now - begin) * 1e-9, steps * 1e9 / (now - window));
                window = now;
                steps = 0;
            }
        }
    }

    /**
     * The primitive, with the channels and height of its images: the convolutions of each layer are listed separately.
     */
    private static String label(String primitive, Object[] arguments) {
        return arguments != null && arguments[0] instanceof Window w
                ? primitive + " " + w.channels() + "@" + w.height()
                : primitive;
    }

    /** Wraps the backend to sum the time that each primitive takes. */
    private static Backend timed(Backend backend, LongSupplier clock, Map<String, Long> nanos) {
        return new ObservedBackend(
                backend,
                (primitive, arguments, run) -> {
                    long start = clock.getAsLong();
                    run.run();
                    nanos.merge(label(primitive, arguments), clock.getAsLong() - start, Long::sum);
                });
    }
}

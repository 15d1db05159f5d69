package chainrule.fuzz;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;

/**
 * Checks that a reader keeps its contract: a result or a documented exception with a message, within bounds of
 * processor time and memory. Both are counted only for the reading thread, so a busy machine and other tests have no
 * influence.
 */
public final class Harness {
    /** The limit of processor time for one file; all files here are below 64 KiB. */
    static final Duration MOST_TIME = Duration.ofSeconds(2);

    /** The elapsed time after which a reader counts as hanging, whatever its processor time. */
    static final Duration HANGS = Duration.ofSeconds(30);

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Harness() {}

    /** The outcome of reading a file. */
    public enum Outcome {
        /** The file was read. */
        READ,
        /** The file was rejected with a documented exception. */
        REJECTED
    }

    private record Run(Outcome outcome, long allocated, long nanos) {
        boolean within(long mostBytes, Duration mostTime) {
            return allocated <= mostBytes && nanos <= mostTime.toNanos();
        }
    }

    /**
     * Reads one file on this thread. If the first attempt exceeds a bound, the second counts, as the first may have
     * loaded classes.
     *
     * @param input the fuzzer's bytes
     * @throws Broken if the reader breaks its contract
     */
    public static Outcome check(Target target, byte[] input) {
        return check(target, input, MOST_TIME);
    }

    static Outcome check(Target target, byte[] input, Duration mostTime) {
        byte[] file = target.wrapping().apply(input.clone());
        long most = target.memory().most(file.length);
        Run run = run(target, file.clone());
        if (!run.within(most, mostTime)) {
            run = run(target, file.clone());
        }
        if (run.allocated > most) {
            throw new Broken(
                    target,
                    String.format(
                            Locale.ROOT,
                            "a file of %,d bytes made it allocate %,d, expected at most %,d",
                            file.length,
                            run.allocated,
                            most),
                    null);
        }
        if (run.nanos > mostTime.toNanos()) {
            throw new Broken(
                    target,
                    String.format(
                            Locale.ROOT,
                            "a file of %,d bytes took it %,d ms, expected at most %,d",
                            file.length,
                            run.nanos / 1_000_000,
                            mostTime.toMillis()),
                    null);
        }
        return run.outcome;
    }

    private static Run run(Target target, byte[] file) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long nanos = THREADS.getCurrentThreadCpuTime();
        Throwable thrown = null;
        try {
            target.reader().read(file);
        } catch (Throwable e) { // an OutOfMemoryError in particular
            thrown = e;
        }
        Run run =
                new Run(
                        thrown == null ? Outcome.READ : Outcome.REJECTED,
                        THREADS.getCurrentThreadAllocatedBytes() - bytes,
                        THREADS.getCurrentThreadCpuTime() - nanos);
        if (thrown != null && !target.mayThrow(thrown)) {
            throw new Broken(target, "undocumented " + thrown, thrown);
        }
        if (thrown != null && (thrown.getMessage() == null || thrown.getMessage().isBlank())) {
            throw new Broken(target, "a " + thrown.getClass().getSimpleName() + " without a message", thrown);
        }
        return run;
    }

    /**
     * The same on a separate thread, which detects a reader that never ends.
     *
     * @throws Broken also if the reader hangs; its thread then keeps running
     */
    public static Outcome guard(Target target, byte[] input) throws InterruptedException {
        return guard(target, input, HANGS);
    }

    static Outcome guard(Target target, byte[] input, Duration hangs) throws InterruptedException {
        Outcome[] outcome = new Outcome[1];
        Throwable[] failure = new Throwable[1];
        Thread reading =
                Thread.ofPlatform()
                        .daemon()
                        .name("reading " + target.name())
                        .start(
                                () -> {
                                    try {
                                        outcome[0] = check(target, input);
                                    } catch (Throwable e) {
                                        failure[0] = e;
                                    }
                                });
        if (!reading.join(hangs)) {
            Throwable where = new Throwable("stack of the reader");
            where.setStackTrace(reading.getStackTrace());
            throw new Broken(target, "did not end within " + hangs.toSeconds() + " s", where);
        }
        if (failure[0] instanceof Broken broken) {
            throw broken;
        }
        if (failure[0] != null) {
            throw new IllegalStateException("the harness itself failed on " + target.name(), failure[0]);
        }
        return outcome[0];
    }
}

package chainrule.experiments.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What each program of the project sets up before it does anything else. */
public final class Startup {
    /** Signs that occur in formulas and tables: a character set that lacks them makes the output unreadable. */
    private static final String SIGNS = "∂Σᵀ⊙×·−…";

    private Startup() {}

    /**
     * Makes the program independent of where it was started: it needs no display, prints UTF-8 where the terminal's
     * character set (that of LC_ALL=C, for example) lacks signs of the output, and ends with status {@code failed} when
     * a thread ends with an exception that nothing catches, as other threads may wait for it.
     *
     * @param name of the program, for messages
     */
    public static void prepare(String name, int failed) {
        System.setProperty("java.awt.headless", "true");
        if (unreadable(System.out)) {
            System.setProperty("stdout.encoding", "UTF-8");
            System.setOut(utf8(FileDescriptor.out));
        }
        if (unreadable(System.err)) {
            System.setProperty("stderr.encoding", "UTF-8");
            System.setErr(utf8(FileDescriptor.err));
        }
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> {
                    if (e instanceof Error error && FatalError.expected(error)) {
                        System.err.println(name + ": " + FatalError.message(error, null));
                    } else {
                        System.err.println(name + ": thread " + thread.getName() + " failed");
                        e.printStackTrace();
                    }
                    System.exit(failed);
                });
    }

    private static boolean unreadable(PrintStream stream) {
        return !stream.charset().newEncoder().canEncode(SIGNS);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}

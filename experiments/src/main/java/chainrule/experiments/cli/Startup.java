package chainrule.experiments.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Prepares the Java runtime for a program of the project. */
public final class Startup {
    /** Characters of formulas and tables. A character set without them makes the output unreadable. */
    private static final String SIGNS = "∂Σᵀ⊙×·−…";

    private Startup() {}

    /**
     * Makes the program independent of its environment. It needs no display. It prints UTF-8 if the character set of
     * the terminal, for example that of LC_ALL=C, lacks characters of the output. It exits with status {@code failed}
     * if a thread dies of an uncaught exception, since other threads may wait for it.
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

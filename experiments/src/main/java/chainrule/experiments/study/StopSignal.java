package chainrule.experiments.study;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns Ctrl-C (SIGINT) and SIGTERM into a flag that a training loop polls. The first signal sets the flag; the next
 * one ends the program at once.
 *
 * <p>A shutdown hook does not work: while hooks run, the JVM ignores a second Ctrl-C and starts no new threads that
 * the report may need. {@code sun.misc.Signal} has no successor; reflection avoids a compiler warning that cannot be
 * switched off. On a JVM without it, signals end the program as usual.
 */
public final class StopSignal implements AutoCloseable {
    private static final Map<String, Integer> NUMBERS = Map.of("INT", 2, "TERM", 15);

    private final Map<String, Object> before = new LinkedHashMap<>();
    private final String notice;
    private final Runnable onSignal;
    private volatile String raised;

    /** Installs the handlers. @param notice what happens then: "stopping after this step" */
    public StopSignal(String notice) {
        this(notice, () -> {});
    }

    /** Installs the handlers. @param onSignal is called with the first signal, on a thread of the JVM */
    public StopSignal(String notice, Runnable onSignal) {
        this.notice = notice;
        this.onSignal = onSignal;
        for (String name : List.of("INT", "TERM")) {
            try {
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                Object own =
                        Proxy.newProxyInstance(
                                handler.getClassLoader(),
                                new Class<?>[] {handler},
                                (_, method, _) -> receive(method, name));
                before.put(name, handle(name, own));
            } catch (ReflectiveOperationException | IllegalArgumentException _) {
                // This JVM does not deliver signals (-Xrs, another vendor): they end the program.
            }
        }
    }

    /** The signal handler; called on a thread of the JVM. */
    private Object receive(Method method, String name) {
        if (method.getName().equals("handle")) {
            raised = name;
            close(); // the next one ends the program
            System.out.println("\n" + notice + " ... (once more stops at once)");
            onSignal.run();
        }
        return null;
    }

    private static Object handle(String name, Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
    }

    /** True once a signal has arrived. */
    public boolean raised() {
        return raised != null;
    }

    /** "SIGINT". */
    public String name() {
        return "SIG" + raised;
    }

    /** The conventional exit status of a program stopped by this signal: 128 plus its number. */
    public int status() {
        return 128 + NUMBERS.get(raised);
    }

    /** Restores the previous handlers. */
    @Override
    public synchronized void close() {
        before.forEach(
                (name, handler) -> {
                    try {
                        handle(name, handler);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException("SIG" + name + " handler cannot be restored", e);
                    }
                });
        before.clear();
    }
}

package chainrule.experiments.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Ctrl-C (SIGINT) and SIGTERM as a wish that a training loop can ask for: the first one is noted and told, the next one
 * ends the program at once, as ever.
 *
 * <p>Shutdown hooks would not do: once they run, the JVM takes no second Ctrl-C, and whatever the report needs to start
 * may no longer start. {@code sun.misc.Signal} has no successor; it is called by reflection, because naming it is a
 * compiler warning that cannot be switched off. Where it is missing, signals end the program as ever.
 */
final class StopSignal implements AutoCloseable {
    private static final Map<String, Integer> NUMBERS = Map.of("INT", 2, "TERM", 15);

    private final Map<String, Object> before = new LinkedHashMap<>();
    private volatile String raised;

    /** Listens from now on. */
    StopSignal() {
        for (String name : List.of("INT", "TERM")) {
            try {
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                Object own =
                        Proxy.newProxyInstance(
                                handler.getClassLoader(),
                                new Class<?>[] {handler},
                                (_, method, _) -> heard(method, name));
                before.put(name, handle(name, own));
            } catch (ReflectiveOperationException | IllegalArgumentException _) {
                // This JVM does not hand signals over (-Xrs, another vendor's): they end the program.
            }
        }
    }

    /** What a signal handler does; called on a thread of the JVM's own. */
    private Object heard(Method method, String name) {
        if (method.getName().equals("handle")) {
            raised = name;
            close(); // the next one ends the program
            System.out.println("\nstopping after this step ... (once more stops at once)");
        }
        return null;
    }

    private static Object handle(String name, Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
    }

    /** Whether someone wants the program to stop. */
    boolean raised() {
        return raised != null;
    }

    /** "SIGINT". */
    String name() {
        return "SIG" + raised;
    }

    /** What a program that was stopped so exits with, by convention: 128 and the signal's number. */
    int status() {
        return 128 + NUMBERS.get(raised);
    }

    /** Signals end the program again. */
    @Override
    public synchronized void close() {
        before.forEach(
                (name, handler) -> {
                    try {
                        handle(name, handler);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException("SIG" + name + " cannot be given back", e);
                    }
                });
        before.clear();
    }
}

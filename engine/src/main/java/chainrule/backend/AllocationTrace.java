package chainrule.backend;

/**
 * Where a buffer was allocated or closed. A stack trace costs microseconds and kilobytes, too much for every buffer of
 * every step, so it is taken only when the system property {@code chainrule.trace} is {@code true}.
 */
final class AllocationTrace extends Throwable {
    private static final long serialVersionUID = 1L;

    static final boolean ENABLED = Boolean.getBoolean("chainrule.trace");

    private AllocationTrace() {
        super("allocated here");
    }

    /** The current place, or null when tracing is off. */
    static AllocationTrace here() {
        return ENABLED ? new AllocationTrace() : null;
    }

    /** The innermost frame outside this package, as "Class.method(File.java:12)", or how to find out. */
    static String describe(AllocationTrace trace) {
        if (trace == null) {
            return "(run with -Dchainrule.trace=true to see where)";
        }
        for (StackTraceElement frame : trace.getStackTrace()) {
            if (!frame.getClassName().startsWith("chainrule.backend.")) {
                return "at " + frame;
            }
        }
        return "at " + trace.getStackTrace()[0];
    }
}

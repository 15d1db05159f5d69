package chainrule.backend;

/**
 * Where a buffer was allocated or closed. A stack trace costs microseconds and kilobytes, too much for each buffer of
 * each step, so it is taken only with {@link Memory#TRACE}.
 */
final class AllocationTrace extends Throwable {
    private static final long serialVersionUID = 1L;

    private AllocationTrace() {
        super("allocated here");
    }

    /** The current place. */
    static AllocationTrace here() {
        return new AllocationTrace();
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

package chainrule.fuzz;

/** Thrown if a reader breaks its contract. */
public final class Broken extends AssertionError {
    private static final long serialVersionUID = 1L;

    Broken(Target target, String violation, Throwable cause) {
        super(target.name() + ": " + violation, cause);
    }
}

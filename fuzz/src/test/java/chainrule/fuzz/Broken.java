package chainrule.fuzz;

/** A reader has broken its promise. */
public final class Broken extends AssertionError {
    private static final long serialVersionUID = 1L;

    Broken(Target target, String how, Throwable cause) {
        super(target.name() + ": " + how, cause);
    }
}
